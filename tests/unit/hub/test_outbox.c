/* Two lanes, bounds, and what a send that took only part leaves behind. */
#include "hub/fake_peer.h"
#include "hub/outbox.h"

static const struct outbox_bound bound = {.bytes = 1000, .frames = 4};

static void push(struct outbox *box, uint32_t number, size_t len, enum outbox_lane lane,
                 enum status expected)
{
    struct shared_frame *frame = make_frame(number, len);
    assert_int_equal(outbox_push(box, frame, lane, &bound), expected);
    shared_frame_release(frame);
}

static uint32_t number_of(const struct iovec *vector)
{
    uint32_t number;
    memcpy(&number, (const uint8_t *)vector->iov_base + 2, sizeof(number));
    return number;
}

static void urgent_frames_go_first_and_each_lane_keeps_its_order(void **state)
{
    (void)state;
    struct outbox box = {0};
    struct iovec out[8];
    push(&box, 1, 20, LANE_NORMAL, STATUS_OK);
    push(&box, 2, 20, LANE_NORMAL, STATUS_OK);
    push(&box, 3, 20, LANE_URGENT, STATUS_OK);
    push(&box, 4, 20, LANE_URGENT, STATUS_OK);
    assert_int_equal(outbox_gather(&box, out, 8), 4);
    const uint32_t order[] = {3, 4, 1, 2};
    for (int i = 0; i < 4; i++)
        assert_int_equal(number_of(&out[i]), order[i]);
    assert_int_equal(outbox_gather(&box, out, 3), 3);
    outbox_clear(&box);
    assert_true(outbox_is_empty(&box));
    assert_int_equal(box.bytes, 0);
}

static void beyond_either_bound_the_box_is_unchanged(void **state)
{
    (void)state;
    struct outbox box = {0};
    push(&box, 1, 100, LANE_NORMAL, STATUS_OK);
    push(&box, 2, 900, LANE_NORMAL, STATUS_FULL);
    push(&box, 3, 2000, LANE_URGENT, STATUS_FULL);
    assert_int_equal(outbox_count(&box), 1);
    assert_int_equal(box.bytes, 102);
    for (uint32_t i = 0; i < 3; i++)
        push(&box, i, 10, LANE_URGENT, STATUS_OK);
    push(&box, 9, 10, LANE_URGENT, STATUS_FULL);
    assert_int_equal(outbox_count(&box), 4);
    outbox_clear(&box);
}

static void a_cut_frame_comes_out_with_its_place(void **state)
{
    (void)state;
    struct outbox box = {0};
    struct shared_frame *cut;
    uint32_t cut_at;
    push(&box, 1, 20, LANE_NORMAL, STATUS_OK);
    push(&box, 2, 20, LANE_NORMAL, STATUS_OK);
    push(&box, 3, 20, LANE_URGENT, STATUS_OK);
    /* 22 bytes of 3 (urgent, first), 5 bytes of 1 */
    outbox_consume(&box, 27, &cut, &cut_at);
    assert_non_null(cut);
    assert_int_equal(cut_at, 5);
    assert_int_equal(cut->bytes[2], 1);
    assert_int_equal(outbox_count(&box), 1);
    assert_int_equal(box.bytes, 22);
    shared_frame_release(cut);
    outbox_consume(&box, 22, &cut, &cut_at);
    assert_null(cut);
    assert_true(outbox_is_empty(&box));
    assert_null(box.lanes[LANE_NORMAL].frames); /* an empty box owns nothing */
    assert_null(box.lanes[LANE_URGENT].frames);
}

static void the_queue_turns_round_many_times(void **state)
{
    (void)state;
    struct outbox box = {0};
    struct iovec out[4];
    struct shared_frame *cut;
    uint32_t cut_at;
    uint32_t pushed = 0, taken = 0;
    for (int round = 0; round < 1000; round++) {
        while (outbox_count(&box) < 3)
            push(&box, pushed++, 10, LANE_NORMAL, STATUS_OK);
        assert_int_equal(outbox_gather(&box, out, 4), 3);
        assert_int_equal(number_of(&out[0]), taken);
        assert_int_equal(number_of(&out[2]), taken + 2);
        outbox_consume(&box, 24, &cut, &cut_at);
        assert_null(cut);
        taken += 2;
    }
    outbox_clear(&box);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(urgent_frames_go_first_and_each_lane_keeps_its_order),
        cmocka_unit_test(beyond_either_bound_the_box_is_unchanged),
        cmocka_unit_test(a_cut_frame_comes_out_with_its_place),
        cmocka_unit_test(the_queue_turns_round_many_times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
