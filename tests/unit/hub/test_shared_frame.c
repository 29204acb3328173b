/* Frames as RFC 6455 section 5.2 writes them, and their counted lives. */
#include "hub/fake_peer.h"

static void headers_have_the_shortest_form(void **state)
{
    (void)state;
    static const struct {
        size_t len;
        uint8_t header[10];
        size_t header_len;
    } cases[] = {
        {0, {0x82, 0}, 2},
        {125, {0x82, 125}, 2},
        {126, {0x82, 126, 0, 126}, 4},
        {65535, {0x82, 126, 0xff, 0xff}, 4},
        {65536, {0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0}, 10},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        uint8_t *payload = mem_alloc(cases[i].len + 1);
        memset(payload, 7, cases[i].len);
        struct shared_frame *frame = shared_frame_create(payload, cases[i].len);
        assert_int_equal(frame->len, cases[i].header_len + cases[i].len);
        assert_memory_equal(frame->bytes, cases[i].header, cases[i].header_len);
        assert_memory_equal(frame->bytes + cases[i].header_len, payload, cases[i].len);
        shared_frame_release(frame);
        mem_free(payload);
    }
}

static void a_ping_has_a_payload(void **state)
{
    (void)state;
    struct shared_frame *ping = shared_frame_create_ping();
    assert_int_equal(ping->len, 3);
    assert_int_equal(ping->bytes[0], 0x89);
    assert_int_equal(ping->bytes[1], 1);
    shared_frame_release(ping);
}

static void joined_frames_lie_behind_one_another(void **state)
{
    (void)state;
    struct shared_frame *parts[3] = {make_frame(1, 10), make_frame(2, 200), make_frame(3, 5)};
    struct shared_frame *joined = shared_frame_join(parts, 3);
    assert_int_equal(joined->frames, 3);
    assert_int_equal(joined->len, parts[0]->len + parts[1]->len + parts[2]->len);
    const uint8_t *at = joined->bytes;
    for (int i = 0; i < 3; i++) {
        assert_memory_equal(at, parts[i]->bytes, parts[i]->len);
        at += parts[i]->len;
        assert_int_equal(parts[i]->refs, 1);
        shared_frame_release(parts[i]);
    }
    shared_frame_release(joined);
}

static void a_single_frame_is_joined_without_a_copy(void **state)
{
    (void)state;
    struct shared_frame *frame = make_frame(1, 10);
    struct shared_frame *joined = shared_frame_join(&frame, 1);
    assert_ptr_equal(joined, frame);
    assert_int_equal(frame->refs, 2);
    shared_frame_release(joined);
    shared_frame_release(frame);
    shared_frame_release(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_have_the_shortest_form),
        cmocka_unit_test(a_ping_has_a_payload),
        cmocka_unit_test(joined_frames_lie_behind_one_another),
        cmocka_unit_test(a_single_frame_is_joined_without_a_copy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
