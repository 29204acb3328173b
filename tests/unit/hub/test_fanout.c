/* Slices, lanes, joining and leaving meanwhile, slow readers, cut sends. */
#include "hub/fake_peer.h"

#define MANY 200

static uv_loop_t loop;
static struct hub *hub;
static bool with_uring;

static const struct hub_settings settings = {.outbox_bytes = 64 * 1024, .outbox_frames = 64,
                                             .ring_bytes = 1 << 20, .ring_frames = 64,
                                             .slice_members = 64, .ping_ms = 25000,
                                             .silence_ms = 60000};

static int open_hub(void **state)
{
    (void)state;
    struct hub_settings wanted = settings;
    wanted.use_uring = with_uring;
    hub = make_hub(&loop, &wanted);
    return 0;
}

static int close_hub(void **state)
{
    (void)state;
    free_hub(&loop, hub);
    return 0;
}

static struct room *fill_room(struct fake_peer **peers, size_t count)
{
    struct room *room = room_get(hub, 1);
    room_set_head(room, 0);
    for (size_t i = 0; i < count; i++) {
        peers[i] = fake_open(hub);
        enter(room, peers[i]);
    }
    hub_turn(hub);
    return room;
}

static void free_peers(struct fake_peer **peers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        fake_free(hub, peers[i]);
}

static void turn_all(void)
{
    int turns = 0;
    while (hub_turn(hub))
        assert_true(++turns < 1000);
}

static void frames_of_one_turn_share_one_send(void **state)
{
    (void)state;
    struct fake_peer *peers[2];
    struct hub_counts before, after;
    struct room *room = fill_room(peers, 2);
    hub_count(hub, &before);
    for (uint32_t i = 1; i <= 16; i++)
        publish(room, LANE_NORMAL, i, i);
    turn_all();
    hub_count(hub, &after);
    assert_int_equal(after.sends - before.sends, 2);
    assert_int_equal(after.deliveries - before.deliveries, 32);
    for (int p = 0; p < 2; p++)
        for (uint32_t i = 1; i <= 16; i++)
            fake_expect(peers[p], i);
    free_peers(peers, 2);
}

static void who_speaks_alone_is_never_waited_for(void **state)
{
    (void)state;
    struct fake_peer *peers[MANY];
    struct room *room = fill_room(peers, MANY);
    for (uint32_t i = 1; i <= 20; i++) {
        publish(room, LANE_NORMAL, i, i);
        usleep(1000); /* so that a job takes a while */
        turn_all();
        for (int p = 0; p < MANY; p++)
            fake_expect(peers[p], i);
    }
    free_peers(peers, MANY);
}

static void a_room_talked_in_by_several_gathers_but_not_its_alerts(void **state)
{
    (void)state;
    struct fake_peer *peers[MANY];
    struct hub_counts before, after;
    struct room *room = fill_room(peers, MANY);
    publish(room, LANE_NORMAL, 1, 1);
    publish(room, LANE_NORMAL, 2, 2);
    hub_turn(hub);
    usleep(20000); /* a slow job of more than one frame */
    turn_all();
    hub_count(hub, &before);
    publish(room, LANE_NORMAL, 3, 3);
    turn_all();
    publish(room, LANE_URGENT, 0, 911);
    turn_all();
    publish(room, LANE_NORMAL, 4, 4);
    turn_all();
    hub_count(hub, &after);
    assert_int_equal(after.jobs - before.jobs, 1); /* the alert */
    for (int round = 0; round < 1000 && after.jobs - before.jobs < 2; round++) {
        usleep(1000);
        uv_run(&loop, UV_RUN_NOWAIT);
        turn_all();
        hub_count(hub, &after);
    }
    assert_int_equal(after.jobs - before.jobs, 2); /* 3 and 4 together */
    const uint32_t order[] = {1, 2, 911, 3, 4};
    for (int p = 0; p < MANY; p++)
        for (size_t i = 0; i < ARRAY_LEN(order); i++)
            fake_expect(peers[p], order[i]);
    free_peers(peers, MANY);
}

static void a_large_room_is_served_in_slices(void **state)
{
    (void)state;
    struct fake_peer *peers[MANY];
    struct room *room = fill_room(peers, MANY);
    unsigned reached;
    publish(room, LANE_NORMAL, 1, 1);
    assert_true(hub_turn(hub));
    reached = 0;
    for (int i = 0; i < MANY; i++) {
        fake_read(peers[i]);
        reached += peers[i]->got_len > 0;
    }
    assert_int_equal(reached, settings.slice_members);
    turn_all();
    for (int i = 0; i < MANY; i++) {
        fake_expect(peers[i], 1);
        fake_expect_nothing(peers[i]);
    }
    free_peers(peers, MANY);
}

static unsigned reached_in_one_turn(struct fake_peer **peers, int count)
{
    unsigned reached = 0;
    hub_turn(hub);
    for (int i = 0; i < count; i++) {
        size_t before = peers[i]->got_len;
        fake_read(peers[i]);
        reached += peers[i]->got_len > before;
    }
    return reached;
}

static void chat_keeps_its_turns_short_while_an_alert_is_on_its_way(void **state)
{
    (void)state;
    struct fake_peer *peers[MANY];
    struct room *room = fill_room(peers, MANY);
    const unsigned slice = settings.slice_members;
    hub_hurry(hub);
    hub_hurry(hub);
    publish(room, LANE_NORMAL, 1, 1);
    assert_int_equal(reached_in_one_turn(peers, MANY), slice / HUB_HURRY_SHARE);
    hub_hurry_over(hub);
    assert_int_equal(reached_in_one_turn(peers, MANY), slice / HUB_HURRY_SHARE);
    publish(room, LANE_URGENT, 0, 911); /* the alert itself has the whole of them */
    assert_int_equal(reached_in_one_turn(peers, MANY), slice);
    hub_hurry_over(hub);
    turn_all();
    for (int i = 0; i < MANY; i++)
        fake_read(peers[i]);
    publish(room, LANE_NORMAL, 2, 2);
    assert_int_equal(reached_in_one_turn(peers, MANY), slice);
    turn_all();
    free_peers(peers, MANY);
}

static void an_alert_overtakes_chat_that_is_under_way(void **state)
{
    (void)state;
    struct fake_peer *peers[MANY];
    struct room *room = fill_room(peers, MANY);
    publish(room, LANE_NORMAL, 1, 1);
    hub_turn(hub);
    publish(room, LANE_URGENT, 0, 911);
    turn_all();
    for (int i = 0; i < MANY; i++) {
        if (i < (int)settings.slice_members)
            fake_expect(peers[i], 1);
        fake_expect(peers[i], 911);
        if (i >= (int)settings.slice_members)
            fake_expect(peers[i], 1);
        fake_expect_nothing(peers[i]);
    }
    free_peers(peers, MANY);
}

static void who_joins_during_a_slice_gets_only_what_comes_after(void **state)
{
    (void)state;
    struct fake_peer *peers[MANY + 1];
    struct room *room = fill_room(peers, MANY);
    publish(room, LANE_NORMAL, 1, 1);
    hub_turn(hub);
    publish(room, LANE_NORMAL, 2, 2); /* waits for the job that is under way */
    peers[MANY] = fake_open(hub);
    assert_int_equal(room_join(room, peers[MANY]->session), STATUS_OK);
    assert_int_equal(room_release(room, peers[MANY]->session, room_head(room)), STATUS_OK);
    publish(room, LANE_NORMAL, 3, 3);
    turn_all();
    for (int i = 0; i < MANY; i++)
        for (uint32_t n = 1; n <= 3; n++)
            fake_expect(peers[i], n);
    fake_expect(peers[MANY], 3);
    fake_expect_nothing(peers[MANY]);
    free_peers(peers, MANY + 1);
}

static void who_leaves_during_a_slice_takes_nobody_s_place(void **state)
{
    (void)state;
    struct fake_peer *peers[MANY];
    struct room *room = fill_room(peers, MANY);
    publish(room, LANE_NORMAL, 1, 1);
    hub_turn(hub);
    /* One already served, one still to be served, the last; none of the others may suffer. */
    room_leave(room, peers[3]->session);
    fake_drop(hub, peers[150]);
    room_leave(room, peers[MANY - 1]->session);
    assert_int_equal(room_online(room), MANY - 3);
    turn_all();
    publish(room, LANE_NORMAL, 2, 2);
    turn_all();
    for (int i = 0; i < MANY; i++) {
        if (i == 150 || i == MANY - 1) {
            fake_expect_nothing(peers[i]);
            continue;
        }
        fake_expect(peers[i], 1);
        if (i != 3)
            fake_expect(peers[i], 2);
        fake_expect_nothing(peers[i]);
    }
    free_peers(peers, MANY);
}

static void the_sender_gets_its_own_variant(void **state)
{
    (void)state;
    struct fake_peer *peers[40];
    struct room *room = fill_room(peers, 40);
    hub_set_account(hub, peers[5]->session, 77, 1);
    hub_set_account(hub, peers[6]->session, 77, 2);
    struct shared_frame *frame = make_frame(1, 40), *own = make_frame(100, 60);
    room_publish(room, &(struct room_post){.frame = frame, .lane = LANE_NORMAL, .seq = 1,
                                           .own_account_id = 77, .own_frame = own});
    shared_frame_release(own);
    publish(room, LANE_NORMAL, 2, 2);
    room_publish(room, &(struct room_post){.frame = frame, .lane = LANE_NORMAL,
                                           .own_account_id = 77});
    shared_frame_release(frame);
    turn_all();
    publish(room, LANE_NORMAL, 3, 3);
    turn_all();
    for (int i = 0; i < 40; i++) {
        const bool is_own = i == 5 || i == 6;
        fake_expect(peers[i], is_own ? 100 : 1);
        fake_expect(peers[i], 2);
        if (!is_own)
            fake_expect(peers[i], 1);
        fake_expect(peers[i], 3);
        fake_expect_nothing(peers[i]);
    }
    free_peers(peers, 40);
}

static void fill_socket(struct fake_peer *peer)
{
    static uint8_t junk[4096];
    while (send(peer->ours, junk, sizeof(junk), MSG_DONTWAIT) > 0)
        ;
}

static void empty_socket(struct fake_peer *peer)
{
    static uint8_t junk[65536];
    while (recv(peer->theirs, junk, sizeof(junk), MSG_DONTWAIT) > 0)
        ;
}

static void a_full_socket_queues_and_continues_in_order(void **state)
{
    (void)state;
    struct fake_peer *peers[2];
    struct room *room = fill_room(peers, 2);
    fill_socket(peers[0]);
    for (uint32_t i = 1; i <= 5; i++) {
        publish(room, LANE_NORMAL, i, i);
        turn_all();
    }
    publish(room, LANE_URGENT, 0, 911);
    turn_all();
    assert_true(session_is_behind(peers[0]->session));
    assert_int_equal(peers[0]->wakes, 1);
    empty_socket(peers[0]);
    fake_writable(hub, peers[0]);
    fake_expect(peers[0], 911); /* urgent first, also here */
    for (uint32_t i = 1; i <= 5; i++)
        fake_expect(peers[0], i);
    assert_false(session_is_behind(peers[0]->session));
    publish(room, LANE_NORMAL, 6, 6);
    turn_all();
    fake_expect(peers[0], 6);
    for (uint32_t i = 1; i <= 5; i++)
        fake_expect(peers[1], i);
    free_peers(peers, 2);
}

static void a_slow_reader_is_closed_at_its_bound_and_disturbs_nobody(void **state)
{
    (void)state;
    struct fake_peer *peers[3];
    struct hub_counts counts;
    struct room *room = fill_room(peers, 3);
    fill_socket(peers[1]);
    uint32_t n = 0;
    while (peers[1]->session->state == SESSION_OPEN) {
        n++;
        publish(room, LANE_NORMAL, n, n);
        turn_all();
        assert_true(peers[1]->session->outbox.bytes <= settings.outbox_bytes);
        assert_true(n <= settings.outbox_frames + 2);
    }
    assert_int_equal(peers[1]->session->reason, 2); /* slow_reader */
    assert_int_equal(room_online(room), 2);
    publish(room, LANE_NORMAL, n + 1, n + 1);
    turn_all();
    for (uint32_t i = 1; i <= n + 1; i++) {
        fake_expect(peers[0], i);
        fake_expect(peers[2], i);
    }
    empty_socket(peers[1]);
    fake_writable(hub, peers[1]);
    turn_all();
    assert_int_equal(peers[1]->closed, 4002);
    hub_count(hub, &counts);
    assert_int_equal(counts.closed_slow, 1);
    assert_int_equal(counts.queued_bytes, 0);
    free_peers(peers, 3);
}

static void droppable_frames_are_left_out_when_half_full(void **state)
{
    (void)state;
    struct fake_peer *peers[1];
    struct hub_counts counts;
    struct room *room = fill_room(peers, 1);
    struct shared_frame *frame = make_frame(5, 40);
    fill_socket(peers[0]);
    for (uint32_t i = 1; i <= settings.outbox_frames / 2 + 1; i++) {
        publish(room, LANE_NORMAL, i, i);
        turn_all();
    }
    room_publish(room, &(struct room_post){.frame = frame, .lane = LANE_NORMAL,
                                           .droppable = true});
    shared_frame_release(frame);
    turn_all();
    hub_count(hub, &counts);
    assert_int_equal(counts.dropped, 1);
    assert_int_equal(peers[0]->session->state, SESSION_OPEN);
    free_peers(peers, 1);
}

static void a_dead_socket_ends_its_session_only(void **state)
{
    (void)state;
    struct fake_peer *peers[MANY];
    struct room *room = fill_room(peers, MANY);
    shutdown(peers[9]->theirs, SHUT_RDWR);
    close(peers[9]->theirs);
    peers[9]->theirs = dup(peers[8]->theirs);
    publish(room, LANE_NORMAL, 1, 1);
    turn_all();
    assert_int_equal(peers[9]->closed, 0);
    assert_int_equal(peers[9]->session->state, SESSION_CLOSING);
    assert_int_equal(room_online(room), MANY - 1);
    for (int i = 0; i < MANY; i++)
        if (i != 9)
            fake_expect(peers[i], 1);
    free_peers(peers, MANY);
}

static void a_drain_tells_everyone_and_spreads_the_return(void **state)
{
    (void)state;
    struct fake_peer *peers[40];
    fill_room(peers, 40);
    session_push_take(peers[0]->session, make_frame(1, 30), LANE_NORMAL);
    hub_drain(hub, 1000);
    turn_all();
    for (int i = 0; i < 40; i++) {
        const uint8_t *payload = NULL;
        size_t len = 0;
        assert_int_equal(peers[i]->closed, 4001);
        assert_true(fake_next(peers[i], &payload, &len)); /* the closing event */
        if (i == 0)
            fake_expect(peers[i], 1); /* the answer that was queued is not lost */
        fake_expect_nothing(peers[i]);
    }
    free_peers(peers, 40);
}

#define HUB_TEST(name) cmocka_unit_test_setup_teardown(name, open_hub, close_hub)

static int run_all(void)
{
    const struct CMUnitTest tests[] = {
        HUB_TEST(frames_of_one_turn_share_one_send),
        HUB_TEST(who_speaks_alone_is_never_waited_for),
        HUB_TEST(a_room_talked_in_by_several_gathers_but_not_its_alerts),
        HUB_TEST(a_large_room_is_served_in_slices),
        HUB_TEST(chat_keeps_its_turns_short_while_an_alert_is_on_its_way),
        HUB_TEST(an_alert_overtakes_chat_that_is_under_way),
        HUB_TEST(who_joins_during_a_slice_gets_only_what_comes_after),
        HUB_TEST(who_leaves_during_a_slice_takes_nobody_s_place),
        HUB_TEST(the_sender_gets_its_own_variant),
        HUB_TEST(a_full_socket_queues_and_continues_in_order),
        HUB_TEST(a_slow_reader_is_closed_at_its_bound_and_disturbs_nobody),
        HUB_TEST(droppable_frames_are_left_out_when_half_full),
        HUB_TEST(a_dead_socket_ends_its_session_only),
        HUB_TEST(a_drain_tells_everyone_and_spreads_the_return),
    };
    return cmocka_run_group_tests_name(with_uring ? "io_uring" : "plain", tests, NULL, NULL);
}

/* The same promises over both ways of sending; without io_uring the second round is plain too. */
int main(void)
{
    int failed = run_all();
    with_uring = true;
    return failed + run_all();
}
