#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/log.h"
#include "wire/wire.h"

static void a_frame_is_put_behind_what_is_there(void **state)
{
    (void)state;
    struct wire_buffer out = {0};
    wire_buffer_append(&out, "head", 4);
    const struct wire_done done = {0};
    assert_int_equal(wire_encode(WIRE_DONE, 300, &done, &out), STATUS_OK);
    assert_int_equal(out.len, 10);
    assert_memory_equal(out.data, "head\x93\x06\xCD\x01\x2C\x80", 10);
    wire_buffer_deinit(&out);
}

static void optional_fields_are_sent_only_when_set(void **state)
{
    (void)state;
    struct wire_buffer out = {0};
    struct wire_done done = {.state_version = 5};
    assert_int_equal(wire_encode(WIRE_DONE, 1, &done, &out), STATUS_OK);
    assert_int_equal(out.len, 4);
    done.has_state_version = true;
    assert_int_equal(wire_encode(WIRE_DONE, 1, &done, &out), STATUS_OK);
    assert_int_equal(out.len, 10);
    assert_memory_equal(out.data + 4, "\x93\x06\x01\x81\x01\x05", 6);
    wire_buffer_deinit(&out);
}

/* Our own mistakes: the buffer is as before, and nothing half-written goes out. */
static void refuse(enum wire_operation code, const void *body)
{
    struct wire_buffer out = {0};
    wire_buffer_append(&out, "abc", 3);
    assert_int_equal(wire_encode(code, 1, body, &out), STATUS_INTERNAL);
    assert_int_equal(out.len, 3);
    assert_int_equal(wire_to_json(code, body, &out), STATUS_INTERNAL);
    assert_int_equal(out.len, 3);
    wire_buffer_deinit(&out);
}

static void a_body_against_the_schema_is_not_sent(void **state)
{
    (void)state;
    struct wire_room_read read = {.room_id = WIRE_ID_MAX + 1};
    refuse(WIRE_ROOM_READ, &read);
    struct wire_done done = {.has_state_version = true, .state_version = 1000001};
    refuse(WIRE_DONE, &done);
    struct wire_closing closing = {.reason = 0};
    refuse(WIRE_CLOSING, &closing);
    struct wire_pong pong = {.server_time = WIRE_TIME_MAX + 1};
    refuse(WIRE_PONG, &pong);
    uint64_t ids[65] = {0};
    struct wire_ping ping = {.rooms = {65, ids}};
    refuse(WIRE_PING, &ping);
    char text[41];
    memset(text, 'x', sizeof(text));
    struct wire_account_rename rename = {.display_name = {text, sizeof(text)}};
    refuse(WIRE_ACCOUNT_RENAME, &rename);
    refuse((enum wire_operation)9999, &rename);
}

static void what_is_at_the_limit_is_sent(void **state)
{
    (void)state;
    struct wire_buffer out = {0};
    uint64_t ids[64] = {0};
    const struct wire_ping ping = {.rooms = {64, ids}};
    assert_int_equal(wire_encode(WIRE_PING, 1, &ping, &out), STATUS_OK);
    char text[120];
    for (size_t i = 0; i < sizeof(text); i += 3)
        memcpy(text + i, "\xE5\x90\x8D", 3);
    const struct wire_account_rename rename = {.display_name = {text, sizeof(text)}};
    assert_int_equal(wire_encode(WIRE_ACCOUNT_RENAME, 1, &rename, &out), STATUS_OK);
    wire_buffer_deinit(&out);
}

int main(void)
{
    log_set_level(LOG_LEVEL_ERROR);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_is_put_behind_what_is_there),
        cmocka_unit_test(optional_fields_are_sent_only_when_set),
        cmocka_unit_test(a_body_against_the_schema_is_not_sent),
        cmocka_unit_test(what_is_at_the_limit_is_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
