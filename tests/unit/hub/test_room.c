/* The order of a room, what is kept back for those who resume, its ring, its end. */
#include "base/clock.h"
#include "hub/fake_peer.h"

struct gap {
    unsigned asked;
    uint64_t room_id, from_seq, to_seq;
};

static uv_loop_t loop;
static struct hub *hub;
static struct gap gap;

static void on_gap(void *ctx, uint64_t room_id, uint64_t from_seq, uint64_t to_seq)
{
    struct gap *at = ctx;
    at->asked++;
    at->room_id = room_id;
    at->from_seq = from_seq;
    at->to_seq = to_seq;
}

static int open_hub(void **state)
{
    (void)state;
    hub = make_hub(&loop, NULL);
    gap = (struct gap){0};
    hub_set_watch(hub, &(struct hub_watch){.ctx = &gap, .on_room_gap = on_gap});
    return 0;
}

static int close_hub(void **state)
{
    (void)state;
    free_hub(&loop, hub);
    return 0;
}

static struct room *make_room(uint64_t head)
{
    struct room *room = room_get(hub, 7);
    room_set_head(room, head);
    return room;
}

static void messages_are_shown_by_seq_whatever_order_they_come_in(void **state)
{
    (void)state;
    struct room *room = make_room(10);
    struct fake_peer *peer = fake_open(hub);
    enter(room, peer);
    publish(room, LANE_NORMAL, 13, 13);
    publish(room, LANE_NORMAL, 12, 12);
    publish(room, LANE_NORMAL, 12, 12);
    hub_turn(hub);
    fake_expect_nothing(peer);
    publish(room, LANE_NORMAL, 11, 11);
    publish(room, LANE_NORMAL, 11, 11); /* a repeat is shown once */
    publish(room, LANE_NORMAL, 9, 9);
    hub_turn(hub);
    for (uint32_t seq = 11; seq <= 13; seq++)
        fake_expect(peer, seq);
    fake_expect_nothing(peer);
    assert_int_equal(room_head(room), 13);
    fake_free(hub, peer);
}

static void a_missing_predecessor_is_asked_for_until_it_comes(void **state)
{
    (void)state;
    struct room *room = make_room(10);
    struct fake_peer *peer = fake_open(hub);
    const int64_t now = clock_mono_ms();
    enter(room, peer);
    publish(room, LANE_NORMAL, 14, 14);
    wheel_advance(hub_wheel(hub), now + ROOM_GAP_MS + 600);
    assert_int_equal(gap.asked, 1);
    assert_int_equal(gap.room_id, 7);
    assert_int_equal(gap.from_seq, 11);
    assert_int_equal(gap.to_seq, 13);
    wheel_advance(hub_wheel(hub), now + ROOM_GAP_MS + ROOM_GAP_RETRY_MS + 1600);
    assert_int_equal(gap.asked, 2);
    for (uint32_t seq = 11; seq <= 13; seq++)
        publish(room, LANE_NORMAL, seq, seq);
    hub_turn(hub);
    for (uint32_t seq = 11; seq <= 14; seq++)
        fake_expect(peer, seq);
    wheel_advance(hub_wheel(hub), now + 60000);
    assert_int_equal(gap.asked, 2);
    fake_free(hub, peer);
}

static void an_announced_message_is_asked_for(void **state)
{
    (void)state;
    struct room *room = make_room(10);
    struct fake_peer *peer = fake_open(hub);
    enter(room, peer);
    room_announce(room, 12);
    wheel_advance(hub_wheel(hub), clock_mono_ms() + ROOM_GAP_MS + 600);
    assert_int_equal(gap.from_seq, 11);
    assert_int_equal(gap.to_seq, 12);
    fake_free(hub, peer);
}

static void while_the_head_is_unknown_messages_wait(void **state)
{
    (void)state;
    struct room *room = room_get(hub, 7);
    struct fake_peer *peer = fake_open(hub);
    assert_int_equal(room_join(room, peer->session), STATUS_OK);
    publish(room, LANE_NORMAL, 6, 6);
    publish(room, LANE_NORMAL, 5, 5);
    hub_turn(hub);
    assert_int_equal(room_head(room), ROOM_HEAD_UNKNOWN);
    room_set_head(room, 5); /* the backlog that was read ends with 5 */
    assert_int_equal(room_head(room), 6);
    assert_int_equal(room_release(room, peer->session, 5), STATUS_OK);
    hub_turn(hub);
    fake_expect(peer, 6);
    fake_expect_nothing(peer);
    fake_free(hub, peer);
}

static void more_than_may_wait_is_asked_for_later(void **state)
{
    (void)state;
    struct room *room = make_room(0);
    struct fake_peer *peer = fake_open(hub);
    enter(room, peer);
    for (uint32_t seq = 2; seq < ROOM_WAITING_MAX + 20; seq++)
        publish(room, LANE_NORMAL, seq, seq);
    publish(room, LANE_NORMAL, 1, 1);
    hub_turn(hub);
    assert_int_equal(room_head(room), ROOM_WAITING_MAX + 1);
    wheel_advance(hub_wheel(hub), clock_mono_ms() + ROOM_GAP_MS + 600);
    assert_int_equal(gap.from_seq, ROOM_WAITING_MAX + 2);
    assert_int_equal(gap.to_seq, ROOM_WAITING_MAX + 19);
    fake_free(hub, peer);
}

static void live_messages_wait_behind_the_backlog(void **state)
{
    (void)state;
    struct room *room = make_room(10);
    struct fake_peer *peer = fake_open(hub);
    assert_int_equal(room_join(room, peer->session), STATUS_OK);
    publish(room, LANE_NORMAL, 11, 11);
    publish(room, LANE_NORMAL, 12, 12);
    publish(room, LANE_NORMAL, 0, 900); /* an event without a place in the order */
    publish(room, LANE_URGENT, 0, 901); /* an alert waits for nobody's history */
    hub_turn(hub);
    fake_expect(peer, 901);
    fake_expect_nothing(peer);
    /* The backlog was read up to 11, after the joining. */
    session_push_take(peer->session, make_frame(500, 30), LANE_NORMAL);
    assert_int_equal(room_release(room, peer->session, 11), STATUS_OK);
    publish(room, LANE_NORMAL, 13, 13);
    hub_turn(hub);
    fake_expect(peer, 500);
    fake_expect(peer, 12);
    fake_expect(peer, 900);
    fake_expect(peer, 13);
    fake_expect_nothing(peer);
    fake_free(hub, peer);
}

static void what_the_backlog_held_is_not_shown_again(void **state)
{
    (void)state;
    struct room *room = make_room(10);
    struct fake_peer *peer = fake_open(hub);
    struct fake_peer *other = fake_open(hub);
    enter(room, other);
    assert_int_equal(room_join(room, peer->session), STATUS_OK);
    /* Published in the same turn in which the backlog, read later, is finished. */
    publish(room, LANE_NORMAL, 11, 11);
    publish(room, LANE_NORMAL, 12, 12);
    assert_int_equal(room_release(room, peer->session, 11), STATUS_OK);
    hub_turn(hub);
    fake_expect(peer, 12);
    fake_expect_nothing(peer);
    fake_expect(other, 11);
    fake_expect(other, 12);
    fake_free(hub, peer);
    fake_free(hub, other);
}

static void too_much_kept_back_means_reading_again(void **state)
{
    (void)state;
    struct room *room = make_room(0);
    struct fake_peer *peer = fake_open(hub);
    assert_int_equal(room_join(room, peer->session), STATUS_OK);
    for (uint32_t seq = 1; seq <= OUTBOX_FRAMES_MAX + 10; seq++) {
        publish(room, LANE_NORMAL, seq, seq);
        hub_turn(hub);
    }
    assert_int_equal(peer->session->state, SESSION_OPEN);
    assert_int_equal(room_release(room, peer->session, 100), STATUS_AGAIN);
    publish(room, LANE_NORMAL, OUTBOX_FRAMES_MAX + 11, 1000);
    hub_turn(hub);
    fake_expect_nothing(peer);
    assert_int_equal(room_release(room, peer->session, OUTBOX_FRAMES_MAX + 10), STATUS_OK);
    hub_turn(hub);
    fake_expect(peer, 1000);
    assert_int_equal(peer->session->outbox.bytes, 0);
    fake_free(hub, peer);
}

static void the_ring_answers_what_it_covers_and_nothing_else(void **state)
{
    (void)state;
    struct room *room = make_room(100);
    struct fake_peer *there = fake_open(hub);
    struct fake_peer *back = fake_open(hub);
    enter(room, there);
    for (uint32_t seq = 101; seq <= 180; seq++) /* the ring holds 64 */
        publish(room, LANE_NORMAL, seq, seq);
    assert_false(room_ring_covers(room, 115));
    assert_true(room_ring_covers(room, 116));
    assert_true(room_ring_covers(room, 180));
    assert_false(room_ring_covers(room, 181)); /* a cursor ahead of us means nothing */
    struct shared_frame *changed = make_frame(9999, 20);
    room_ring_replace(room, 178, changed);
    shared_frame_release(changed);

    /* In the same turn as the messages were published: none comes twice. */
    assert_int_equal(room_join(room, back->session), STATUS_OK);
    room_push_ring(room, back->session, 176);
    assert_int_equal(room_release(room, back->session, room_head(room)), STATUS_OK);
    publish(room, LANE_NORMAL, 181, 181);
    hub_turn(hub);
    const uint32_t expected[] = {177, 9999, 179, 180, 181};
    for (size_t i = 0; i < ARRAY_LEN(expected); i++)
        fake_expect(back, expected[i]);
    fake_expect_nothing(back);
    fake_free(hub, there);
    fake_free(hub, back);
}

static void rings_together_stay_below_their_bound(void **state)
{
    (void)state;
    const struct hub_settings small = {.outbox_bytes = 1 << 20, .outbox_frames = 256,
                                       .ring_bytes = 1000, .ring_frames = 64,
                                       .slice_members = 100, .ping_ms = 25000,
                                       .silence_ms = 60000};
    struct hub_counts counts;
    free_hub(&loop, hub);
    hub = make_hub(&loop, &small);
    struct fake_peer *peer = fake_open(hub);
    struct room *first = room_get(hub, 1), *second = room_get(hub, 2);
    room_set_head(first, 0);
    room_set_head(second, 0);
    enter(first, peer);
    enter(second, peer);
    for (uint32_t seq = 1; seq <= 50; seq++) {
        publish(first, LANE_NORMAL, seq, seq);
        publish(second, LANE_NORMAL, seq, seq);
        hub_count(hub, &counts);
        assert_true(counts.ring_bytes <= 1000);
    }
    hub_turn(hub);
    assert_true(room_ring_covers(second, 45));
    assert_false(room_ring_covers(second, 10));
    room_leave(first, peer->session);
    for (uint32_t seq = 51; seq <= 100; seq++)
        publish(second, LANE_NORMAL, seq, seq);
    hub_turn(hub);
    assert_null(room_find(hub, 1)); /* no member, its ring gone: the room is forgotten */
    fake_free(hub, peer);
}

static void a_room_without_members_keeps_only_its_ring(void **state)
{
    (void)state;
    struct fake_peer *peer = fake_open(hub);
    struct room *room = make_room(0);
    enter(room, peer);
    publish(room, LANE_NORMAL, 1, 1);
    room_leave(room, peer->session);
    hub_turn(hub);
    assert_ptr_equal(room_find(hub, 7), room);
    publish(room, LANE_NORMAL, 2, 2);
    hub_turn(hub);
    assert_true(room_ring_covers(room, 0));
    room_ring_clear(room);
    hub_turn(hub);
    assert_null(room_find(hub, 7));
    (void)room_get(hub, 8);
    hub_turn(hub);
    assert_null(room_find(hub, 8)); /* nobody joined */
    fake_free(hub, peer);
}

#define HUB_TEST(name) cmocka_unit_test_setup_teardown(name, open_hub, close_hub)

int main(void)
{
    const struct CMUnitTest tests[] = {
        HUB_TEST(messages_are_shown_by_seq_whatever_order_they_come_in),
        HUB_TEST(a_missing_predecessor_is_asked_for_until_it_comes),
        HUB_TEST(an_announced_message_is_asked_for),
        HUB_TEST(while_the_head_is_unknown_messages_wait),
        HUB_TEST(more_than_may_wait_is_asked_for_later),
        HUB_TEST(live_messages_wait_behind_the_backlog),
        HUB_TEST(what_the_backlog_held_is_not_shown_again),
        HUB_TEST(too_much_kept_back_means_reading_again),
        HUB_TEST(the_ring_answers_what_it_covers_and_nothing_else),
        HUB_TEST(rings_together_stay_below_their_bound),
        HUB_TEST(a_room_without_members_keeps_only_its_ring),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
