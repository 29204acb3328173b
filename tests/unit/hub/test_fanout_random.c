/* 100 members with small sockets, slow ones among them, everything at once, at random. */
#include "hub/fake_peer.h"

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

#define WALKERS 100
#define STEPS 6000

struct walker {
    struct fake_peer *peer;
    uint32_t next;     /* the message it must get next */
    bool slow;
};

static uint32_t random_state;

static uint32_t pick(uint32_t below)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (random_state >> 8) % below;
}

/* Whatever was read must be the room's messages without gap, double or damage. */
static void check_walker(struct walker *walker)
{
    const uint8_t *payload = NULL;
    size_t len = 0;
    uint32_t number;
    while (fake_next(walker->peer, &payload, &len)) {
        if (len < sizeof(number))
            continue; /* a ping */
        memcpy(&number, payload, sizeof(number));
        if (walker->peer->session->state != SESSION_OPEN && number != walker->next)
            return; /* the closing event; what was queued before it was given up */
        assert_int_equal(number, walker->next);
        for (size_t i = sizeof(number); i < len; i++)
            assert_int_equal(payload[i], (uint8_t)number);
        walker->next++;
    }
    struct fake_peer *peer = walker->peer;
    memmove(peer->got, peer->got + peer->got_at, peer->got_len - peer->got_at);
    peer->got_len -= peer->got_at;
    peer->got_at = 0;
}

static void open_walker(struct walker *walker, struct room *room)
{
    const int small = 2048;
    walker->peer = fake_open(hub);
    setsockopt(walker->peer->ours, SOL_SOCKET, SO_SNDBUF, &small, sizeof(small));
    assert_int_equal(room_join(room, walker->peer->session), STATUS_OK);
    assert_int_equal(room_release(room, walker->peer->session, room_head(room)), STATUS_OK);
    walker->next = (uint32_t)room_head(room) + 1;
    walker->slow = pick(3) == 0;
}

static void at_random_nothing_is_lost_doubled_or_damaged(void **state)
{
    (void)state;
    static struct walker walkers[WALKERS];
    struct room *room = room_get(hub, 1);
    uint32_t seq = 0, received = 0, reopened = 0;
    random_state = 20261123;
    room_set_head(room, 0);
    for (int i = 0; i < WALKERS; i++)
        open_walker(&walkers[i], room);
    for (int step = 0; step < STEPS; step++) {
        struct walker *walker = &walkers[pick(WALKERS)];
        switch (pick(6)) {
        case 0:
        case 1: {
            struct shared_frame *frame = make_frame(++seq, 8 + pick(3000));
            room_publish(room, &(struct room_post){.frame = frame, .lane = LANE_NORMAL,
                                                   .seq = seq});
            shared_frame_release(frame);
            break;
        }
        case 2: /* the loop, because a busy room may wait for its timer */
            uv_run(&loop, UV_RUN_NOWAIT);
            break;
        case 3: /* leaves and comes back with what it has, out of the ring or anew */
            if (pick(10) != 0)
                break;
            fake_free(hub, walker->peer);
            open_walker(walker, room);
            reopened++;
            break;
        default:
            for (int i = 0; i < WALKERS; i++) {
                if (walkers[i].slow && pick(20) != 0)
                    continue;
                uint32_t before = walkers[i].next;
                check_walker(&walkers[i]);
                received += walkers[i].next - before;
                if (walkers[i].peer->wakes > 0 || walkers[i].peer->kept_len > 0)
                    fake_writable(hub, walkers[i].peer);
            }
        }
        if (walker->peer->session->state != SESSION_OPEN) {
            fake_free(hub, walker->peer);
            open_walker(walker, room);
            reopened++;
        }
    }
    assert_true(seq > 1500);
    assert_true(received > 50000);
    assert_true(reopened > 10);
    for (int round = 0; round < 200; round++) {
        uv_run(&loop, UV_RUN_NOWAIT);
        for (int i = 0; i < WALKERS; i++) {
            check_walker(&walkers[i]);
            fake_writable(hub, walkers[i].peer);
        }
    }
    for (int i = 0; i < WALKERS; i++)
        if (walkers[i].peer->session->state == SESSION_OPEN)
            assert_int_equal(walkers[i].next, seq + 1);
    for (int i = 0; i < WALKERS; i++)
        fake_free(hub, walkers[i].peer);
}

#define HUB_TEST(name) cmocka_unit_test_setup_teardown(name, open_hub, close_hub)

static int run_all(void)
{
    const struct CMUnitTest tests[] = {
        HUB_TEST(at_random_nothing_is_lost_doubled_or_damaged),
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
