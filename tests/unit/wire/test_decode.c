#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "wire/wire.h"

static struct arena arena;

static int clear_arena(void **state)
{
    (void)state;
    arena_clear(&arena);
    return 0;
}

/* A frame written as a string literal. */
#define DECODE(literal, out)                                                                       \
    wire_decode((const uint8_t *)(literal), sizeof(literal) - 1, &arena, (out))

static void texts_point_into_the_frame(void **state)
{
    (void)state;
    static const char frame[] = "\x93\x18\x07\x81\x01\xA6\xE7\x8E\x8B\xE5\xA7\xA8";
    char bytes[sizeof(frame)];
    memcpy(bytes, frame, sizeof(frame));
    bytes[1] = WIRE_ACCOUNT_RENAME;
    struct wire_frame out;
    assert_int_equal(wire_decode((const uint8_t *)bytes, sizeof(frame) - 1, &arena, &out),
                     STATUS_OK);
    const struct wire_account_rename *rename = out.body;
    assert_ptr_equal(rename->display_name.data, bytes + 6);
    assert_int_equal(rename->display_name.len, 6);
    assert_int_equal(out.seq, 7);
    assert_int_equal(out.code, WIRE_ACCOUNT_RENAME);
}

static void an_optional_field_says_whether_it_came(void **state)
{
    (void)state;
    struct wire_frame out;
    assert_int_equal(DECODE("\x93\x2D\x01\x82\x01\x09\x05\x14", &out), STATUS_OK);
    const struct wire_message_history *history = out.body;
    assert_false(history->has_before_seq);
    assert_int_equal(history->limit, 20);
    assert_int_equal(DECODE("\x93\x2D\x01\x83\x01\x09\x02\x00\x05\x14", &out), STATUS_OK);
    history = out.body;
    assert_true(history->has_before_seq);
    assert_int_equal(history->before_seq, 0);
}

static void the_scope_is_what_the_first_field_names(void **state)
{
    (void)state;
    struct wire_frame out;
    assert_int_equal(DECODE("\x93\x17\x01\x82\x02\x07\x01\xCD\x01\x00", &out), STATUS_OK);
    assert_int_equal(out.info->scope, WIRE_SCOPE_ROOM);
    assert_int_equal(out.scope_id, 256);
    assert_int_equal(DECODE("\x93\x47\x01\x80", &out), STATUS_OK);
    assert_int_equal(out.info->scope, WIRE_SCOPE_NONE);
    assert_int_equal(out.scope_id, 0);
}

static void a_refused_request_can_still_be_answered(void **state)
{
    (void)state;
    struct wire_frame out;
    assert_int_equal(DECODE("\x93\x17\x2A\x81\x01\x05", &out), STATUS_INVALID_FIELD);
    assert_int_equal(out.code, WIRE_ROOM_READ);
    assert_int_equal(out.seq, 42);
    assert_string_equal(out.problem.field, "seq");
    assert_string_equal(out.problem.reason, "is missing");
    assert_null(out.body);
    assert_int_equal(DECODE("\x93\xCD\xFF\xFF\x2A\x80", &out), STATUS_UNKNOWN_OPERATION);
    assert_int_equal(out.seq, 42);
    assert_null(out.info);
    assert_int_equal(DECODE("\xC1", &out), STATUS_MALFORMED_FRAME);
    assert_int_equal(out.seq, 0);
}

static void a_problem_says_where_it_is(void **state)
{
    (void)state;
    struct wire_frame out;
    assert_int_equal(DECODE("\x93\x57\x01\x81\x01\x92\x81\x03\x01\x82\x03\x63\x01\x05", &out),
                     STATUS_INVALID_FIELD);
    assert_string_equal(out.problem.field, "items[1].stage");
    assert_string_equal(out.problem.reason, "is not a known value");
}

static void only_requests_are_taken_from_a_peer(void **state)
{
    (void)state;
    struct wire_frame out;
    assert_int_equal(DECODE("\x93\x06\x01\x80", &out), STATUS_UNKNOWN_OPERATION);
    static const uint8_t done[] = "\x93\x06\x01\x80";
    assert_int_equal(wire_decode_any(done, 4, &arena, &out), STATUS_OK);
    assert_int_equal(out.code, WIRE_DONE);
}

static void a_reply_has_a_number_and_an_event_has_none(void **state)
{
    (void)state;
    struct wire_frame out;
    static const uint8_t done[] = "\x93\x06\x00\x80";
    assert_int_equal(wire_decode_any(done, 4, &arena, &out), STATUS_MALFORMED_FRAME);
    static const uint8_t closing[] = "\x93\x07\x01\x82\x01\x01\x02\x00";
    assert_int_equal(wire_decode_any(closing, 8, &arena, &out), STATUS_MALFORMED_FRAME);
    /* what answers a frame whose number could not be read */
    static const uint8_t error[] = "\x93\x05\x00\x81\x01\x01";
    assert_int_equal(wire_decode_any(error, 6, &arena, &out), STATUS_OK);
}

static void a_body_alone_is_read_like_one_in_a_frame(void **state)
{
    (void)state;
    struct wire_body body;
    static const uint8_t read[] = "\x82\x01\x05\x02\x07";
    assert_int_equal(wire_decode_body(WIRE_ROOM_READ, read, 5, &arena, &body), STATUS_OK);
    assert_int_equal(((const struct wire_room_read *)body.value)->seq, 7);
    static const uint8_t short_read[] = "\x81\x01\x05";
    assert_int_equal(wire_decode_body(WIRE_ROOM_READ, short_read, 3, &arena, &body),
                     STATUS_INVALID_FIELD);
    assert_string_equal(body.problem.field, "seq");
    assert_int_equal(wire_decode_body(WIRE_ROOM_READ, (const uint8_t *)"\x90", 1, &arena, &body),
                     STATUS_MALFORMED_FRAME);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_point_into_the_frame),
        cmocka_unit_test(an_optional_field_says_whether_it_came),
        cmocka_unit_test(the_scope_is_what_the_first_field_names),
        cmocka_unit_test(a_refused_request_can_still_be_answered),
        cmocka_unit_test(a_problem_says_where_it_is),
        cmocka_unit_test(only_requests_are_taken_from_a_peer),
        cmocka_unit_test(a_reply_has_a_number_and_an_event_has_none),
        cmocka_unit_test(a_body_alone_is_read_like_one_in_a_frame),
    };
    return cmocka_run_group_tests(tests, NULL, clear_arena);
}
