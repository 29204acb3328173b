/* The gates before a handler, over a database that answers when the test says so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "ops/call.h"
#include "ops/command_table.h"
#include "ops/dispatch.h"
#include "ops/session/presence.h"
#include "hub/hub_state.h"
#include "sim_node.h"
#include "wire/wire.h"

#define ALICE 1

static char token[SECRET_TOKEN_CHARS + 1];
static struct sim_peer *peer;
static int far_end;
static uint8_t in[1 << 18];
static size_t in_len;

static uint64_t always_run_first(void)
{
    return 0;
}

static int begin(void **state)
{
    (void)state;
    memset(&world, 0, sizeof(world));
    memset(&node, 0, sizeof(node));
    world.random = always_run_first;
    node_outbox_frames = 2 * PRESENCE_CALLS_MAX + 8;
    for (uint64_t i = 0; i < WORLD_ROOMS; i++)
        world.rooms[i].id = i + 1;
    node_start();
    secret_token_make(token, world.hashes[ALICE]);
    peer = node_connect(token, &far_end);
    in_len = 0;
    return 0;
}

static int end(void **state)
{
    (void)state;
    close(far_end);
    node_disconnect(peer);
    node_stop();
    return 0;
}

static void settle(void)
{
    bool moved = true;
    while (moved) {
        moved = false;
        for (unsigned link = 0; link < WORLD_LINKS; link++)
            while (world_run_one(link))
                moved = true;
        fanout_warm(node.hub);
        hub_turn(node.hub);
        peer_pump(peer);
    }
    ssize_t got = recv(far_end, in + in_len, sizeof(in) - in_len, MSG_DONTWAIT);
    if (got > 0)
        in_len += (size_t)got;
}

static void say(enum wire_operation code, uint32_t seq, const void *body)
{
    struct wire_buffer out = {0};
    assert_int_equal(wire_encode(code, seq, body, &out), STATUS_OK);
    ops_on_frame(&node.ops, peer->session_id, out.data, out.len);
    wire_buffer_deinit(&out);
}

static void say_hello(void)
{
    struct wire_hello hello = {.client = {"t", 1}, .build = 1};
    say(WIRE_HELLO, 1, &hello);
}

static void say_ping(uint32_t seq)
{
    struct wire_ping ping = {0};
    say(WIRE_PING, seq, &ping);
}

static void post(uint32_t seq, uint64_t room_id)
{
    struct wire_message_post body = {.room_id = room_id, .body = {"x", 1}};
    body.client_key[0] = (uint8_t)seq;
    say(WIRE_MESSAGE_POST, seq, &body);
}

static void greet(void)
{
    say_hello();
    settle();
    in_len = 0;
}

/* The n-th frame that came, as its bytes without header. */
static const uint8_t *frame_at(unsigned n, size_t *len)
{
    size_t at = 0;
    for (;; n--) {
        assert_true(at + 2 <= in_len);
        size_t header = in[at + 1] < 126 ? 2 : 4;
        *len = header == 2 ? in[at + 1] : (size_t)in[at + 2] << 8 | in[at + 3];
        if (n == 0)
            return in + at + header;
        at += header + *len;
    }
}

/* The answer to this request: its operation, or for errors the error's code + 1000. */
static int answer(uint32_t seq)
{
    size_t at = 0;
    for (unsigned n = 0; at < in_len; n++) {
        size_t len;
        const uint8_t *bytes = frame_at(n, &len);
        struct arena arena = {0};
        struct wire_frame frame = {0};
        assert_int_equal(wire_decode_any(bytes, len, &arena, &frame), STATUS_OK);
        int code = (int)frame.code;
        if (frame.code == WIRE_ERROR)
            code = 1000 + (int)((const struct wire_error *)frame.body)->code;
        bool found = frame.seq == seq;
        arena_clear(&arena);
        if (found)
            return code;
        at = (size_t)(bytes - in) + len;
    }
    return 0;
}

#define REFUSED(name) (1000 + WIRE_ERROR_CODE_##name)

static struct presence *presence(void)
{
    return presence_of(hub_find_session(node.hub, peer->session_id));
}

static void every_operation_has_a_row_with_permission_cost_and_handler(void **state)
{
    (void)state;
    assert_int_equal(command_count(), WIRE_REQUEST_COUNT);
    for (unsigned i = 0; i < command_count(); i++) {
        const struct command *command = command_at(i);
        assert_ptr_equal(command_find(command->code), command);
        assert_true(command->permission > PERM_NONE && command->permission < PERM_COUNT);
        assert_true(command->cost > 0);
        assert_non_null(command->handler);
        /* What names a room, a person or an alert is decided with it. */
        if (wire_info(command->code)->scope >= WIRE_SCOPE_ROOM)
            assert_non_null(command->scope);
    }
    assert_null(command_find(WIRE_WELCOME));
    assert_null(command_find((enum wire_operation)9999));
}

static void frames_wait_until_it_is_known_who_she_is(void **state)
{
    (void)state;
    say_hello();
    say_ping(2);
    assert_int_equal(presence()->held_count, 2);
    settle();
    assert_int_equal(answer(1), WIRE_WELCOME);
    assert_int_equal(answer(2), WIRE_PONG);
}

static void too_many_waiting_frames_end_the_connection(void **state)
{
    (void)state;
    say_hello();
    for (uint32_t seq = 2; seq <= PRESENCE_HELD_FRAMES; seq++)
        say_ping(seq);
    assert_false(peer->closing);
    say_ping(99);
    settle();
    assert_true(peer->closing);
}

static void nothing_is_answered_before_hello(void **state)
{
    (void)state;
    say_ping(5);
    settle();
    assert_int_equal(answer(5), REFUSED(UNAUTHENTICATED));
    assert_true(peer->closing);
}

static void a_second_hello_was_already_done(void **state)
{
    (void)state;
    greet();
    say_hello();
    settle();
    assert_int_equal(answer(1), REFUSED(ALREADY_DONE));
    assert_false(peer->closing);
}

static void an_old_build_is_told_so(void **state)
{
    (void)state;
    node.settings.min_build = 2;
    say_hello();
    settle();
    assert_int_equal(answer(1), REFUSED(UNSUPPORTED_VERSION));
}

static void what_the_socket_does_not_speak_is_unknown(void **state)
{
    (void)state;
    greet();
    struct wire_login_code login = {.phone = {"13800138000", 11}};
    say(WIRE_LOGIN_CODE, 7, &login);                                       /* of another door */
    ops_on_frame(&node.ops, peer->session_id, (const uint8_t *)"\x93\xcd\x27\x0f\x08\x80", 6);
    say_ping(9);
    settle();
    assert_int_equal(answer(7), REFUSED(UNKNOWN_OPERATION));
    assert_int_equal(answer(8), REFUSED(UNKNOWN_OPERATION));
    assert_int_equal(answer(9), WIRE_PONG);
}

static void a_flood_of_nonsense_ends_the_connection(void **state)
{
    (void)state;
    greet();
    for (int i = 0; i < PRESENCE_MALFORMED_MAX; i++)
        ops_on_frame(&node.ops, peer->session_id, (const uint8_t *)"\xc1", 1);
    settle();
    assert_false(peer->closing);
    ops_on_frame(&node.ops, peer->session_id, (const uint8_t *)"\xc1", 1);
    settle();
    assert_true(peer->closing);
    assert_true(ops_is_idle(&node.ops));
}

static void an_unknown_room_and_a_foreign_one_are_the_same_bytes(void **state)
{
    (void)state;
    greet();
    post(7, 999);
    settle();
    size_t unknown_len;
    uint8_t unknown[64];
    const uint8_t *bytes = frame_at(0, &unknown_len);
    memcpy(unknown, bytes, unknown_len);
    in_len = 0;
    presence_remove_room(presence(), 2);
    post(7, 2);
    settle();
    size_t len;
    bytes = frame_at(0, &len);
    assert_int_equal(answer(7), REFUSED(NOT_FOUND));
    assert_int_equal(len, unknown_len);
    assert_memory_equal(bytes, unknown, len);
    assert_int_equal(world.rooms[1].head, 0);
}

static void a_bad_field_is_named(void **state)
{
    (void)state;
    greet();
    struct wire_message_post body = {.room_id = 1, .body = {" ", 1}};
    say(WIRE_MESSAGE_POST, 7, &body);
    settle();
    assert_int_equal(answer(7), REFUSED(INVALID_FIELD));
    size_t len;
    const uint8_t *bytes = frame_at(0, &len);
    assert_non_null(memmem(bytes, len, "body", 4));
}

static void who_asks_too_much_waits(void **state)
{
    (void)state;
    greet();
    node.settings.account_rate = 1;
    node.settings.account_burst = 7;
    for (uint32_t seq = 10; seq < 14; seq++)
        post(seq, 1); /* three units each */
    settle();
    assert_int_equal(answer(10), WIRE_MESSAGE_POSTED);
    assert_int_equal(answer(11), WIRE_MESSAGE_POSTED);
    assert_int_equal(answer(12), REFUSED(RATE_LIMITED));
    assert_int_equal(answer(13), REFUSED(RATE_LIMITED));
    assert_int_equal(world.rooms[0].head, 2);
}

static void a_room_that_overflows_slows_its_writers(void **state)
{
    (void)state;
    greet();
    node.settings.room_rate = 1;
    node.settings.room_burst = 4;
    post(10, 1);
    post(11, 1);
    post(12, 2);
    settle();
    assert_int_equal(answer(10), WIRE_MESSAGE_POSTED);
    assert_int_equal(answer(11), REFUSED(RATE_LIMITED));
    assert_int_equal(answer(12), WIRE_MESSAGE_POSTED);
}

static void too_many_open_requests_are_busy(void **state)
{
    (void)state;
    greet();
    for (uint32_t seq = 1; seq <= PRESENCE_CALLS_MAX + 1; seq++)
        post(seq, 1);
    hub_turn(node.hub);
    settle();
    assert_int_equal(answer(PRESENCE_CALLS_MAX), WIRE_MESSAGE_POSTED);
    assert_int_equal(answer(PRESENCE_CALLS_MAX + 1), REFUSED(BUSY));
    assert_int_equal(presence()->open_calls, 0);
}

static void what_waits_too_long_is_answered_once(void **state)
{
    (void)state;
    greet();
    post(7, 1);
    call_sweep(&node.ops, clock_mono_ms());
    assert_int_equal(node.ops.open_calls->answered, false);
    call_sweep(&node.ops, clock_mono_ms() + CALL_DEADLINE_MS + 1);
    assert_int_equal(node.ops.open_call_count, 1); /* the database still holds it */
    settle();
    assert_int_equal(answer(7), REFUSED(UNAVAILABLE));
    assert_true(ops_is_idle(&node.ops));
    /* It was done after all, and everybody sees it. */
    assert_int_equal(world.rooms[0].head, 1);
    size_t len;
    frame_at(1, &len);
}

static void a_login_that_expired_ends_the_connection(void **state)
{
    (void)state;
    greet();
    presence()->expires_at = 1;
    say_ping(7);
    settle();
    assert_int_equal(answer(7), 0);
    assert_true(peer->closing);
}

static void the_answer_to_somebody_who_left_goes_nowhere(void **state)
{
    (void)state;
    greet();
    post(7, 1);
    close(far_end);
    node_disconnect(peer);
    peer = NULL;
    for (unsigned link = 0; link < WORLD_LINKS; link++)
        while (world_run_one(link))
            ;
    assert_true(ops_is_idle(&node.ops));
    assert_int_equal(world.rooms[0].head, 1);
    peer = node_connect(token, &far_end);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_operation_has_a_row_with_permission_cost_and_handler),
        cmocka_unit_test_setup_teardown(frames_wait_until_it_is_known_who_she_is, begin, end),
        cmocka_unit_test_setup_teardown(too_many_waiting_frames_end_the_connection, begin, end),
        cmocka_unit_test_setup_teardown(nothing_is_answered_before_hello, begin, end),
        cmocka_unit_test_setup_teardown(a_second_hello_was_already_done, begin, end),
        cmocka_unit_test_setup_teardown(an_old_build_is_told_so, begin, end),
        cmocka_unit_test_setup_teardown(what_the_socket_does_not_speak_is_unknown, begin, end),
        cmocka_unit_test_setup_teardown(a_flood_of_nonsense_ends_the_connection, begin, end),
        cmocka_unit_test_setup_teardown(an_unknown_room_and_a_foreign_one_are_the_same_bytes,
                                        begin, end),
        cmocka_unit_test_setup_teardown(a_bad_field_is_named, begin, end),
        cmocka_unit_test_setup_teardown(who_asks_too_much_waits, begin, end),
        cmocka_unit_test_setup_teardown(a_room_that_overflows_slows_its_writers, begin, end),
        cmocka_unit_test_setup_teardown(too_many_open_requests_are_busy, begin, end),
        cmocka_unit_test_setup_teardown(what_waits_too_long_is_answered_once, begin, end),
        cmocka_unit_test_setup_teardown(a_login_that_expired_ends_the_connection, begin, end),
        cmocka_unit_test_setup_teardown(the_answer_to_somebody_who_left_goes_nowhere, begin, end),
    };
    if (secret_init() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
