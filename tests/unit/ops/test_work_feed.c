/* Watchers of open objects: who is told what, in which lane, when readings overtake changes. The
 * store's functions are here: what is asked for waits until the test answers. */
#include "hub/fake_peer.h"

#include "ops/session/presence.h"
#include "ops/work/work_feed.h"
#include "store/work_store.h"
#include "wire/wire.h"

#define STATION 10
#define FAR 99
#define ASKED_MAX 512

enum { LEADER = 11, MEDIATOR = 12, STRANGER = 13, PEOPLE = 3 };

struct asked {
    enum wire_work_kind kind;
    uint64_t entity_id;
    work_loaded_fn fn;
    void *ctx;
};

static struct fixture {
    uv_loop_t loop;
    struct hub *hub;
    struct ops_env env;
    struct fake_peer *peers[PEOPLE];
    struct asked asked[ASKED_MAX];
    unsigned asked_count;
} f;

void work_store_load(struct store *store, enum wire_work_kind kind, uint64_t entity_id,
                     work_loaded_fn fn, void *ctx)
{
    (void)store;
    assert_true(f.asked_count < ASKED_MAX);
    f.asked[f.asked_count++] = (struct asked){kind, entity_id, fn, ctx};
}

void work_store_list(struct store *store, const struct work_query *query, work_rows_fn fn,
                     void *ctx)
{
    (void)store, (void)query, (void)fn, (void)ctx;
}

void work_store_counts(struct store *store, uint64_t account_id, work_counts_fn fn, void *ctx)
{
    (void)store, (void)account_id, (void)fn, (void)ctx;
}

/* The oldest question; the item in this state, or NULL. */
static void answer(enum status status, const struct work_loaded *loaded)
{
    assert_true(f.asked_count > 0);
    struct asked asked = f.asked[0];
    memmove(&f.asked[0], &f.asked[1], --f.asked_count * sizeof(f.asked[0]));
    asked.fn(asked.ctx, status, loaded);
    hub_turn(f.hub);
}

static struct work_loaded item(uint64_t entity_id, uint32_t state, enum wire_work_urgency urgency)
{
    return (struct work_loaded){
        .record = {.kind = WIRE_WORK_KIND_DISPUTE,
                   .entity_id = entity_id,
                   .no = wire_text_of("D-1"),
                   .state = state,
                   .station_id = STATION,
                   .urgency = urgency,
                   .waiting_for = WIRE_WORK_WAITING_OFFICER,
                   .title_code = 1},
    };
}

static void watch(uint64_t account_id)
{
    work_feed_watch(&f.env, f.peers[account_id - LEADER]->session);
}

static int set_up(void **state)
{
    static const struct principal_grant grants[PEOPLE] = {
        {WIRE_ROLE_STATION_LEADER, WIRE_SCOPE_KIND_STATION, STATION, STATION, 0, INT64_MAX},
        {WIRE_ROLE_MEDIATOR, WIRE_SCOPE_KIND_COMMUNITY, 20, STATION, 20, INT64_MAX},
        {WIRE_ROLE_STATION_LEADER, WIRE_SCOPE_KIND_STATION, FAR, FAR, 0, INT64_MAX},
    };
    (void)state;
    memset(&f, 0, sizeof(f));
    f.hub = make_hub(&f.loop, NULL);
    f.env.hub = f.hub;
    f.env.work = work_feed_create();
    for (uint64_t i = 0; i < PEOPLE; i++) {
        const struct principal who = {.kind = PRINCIPAL_ACCOUNT, .account_id = LEADER + i,
                                      .grants = &grants[i], .grant_count = 1};
        struct presence *presence = presence_create();
        presence->who = principal_create(&who);
        f.peers[i] = fake_open(f.hub);
        f.peers[i]->session->attachment = presence;
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    for (size_t i = 0; i < PEOPLE; i++) {
        work_feed_leave(&f.env, f.peers[i]->session);
        presence_destroy(f.peers[i]->session->attachment);
        f.peers[i]->session->attachment = NULL;
        fake_free(f.hub, f.peers[i]);
    }
    work_feed_destroy(f.env.work);
    free_hub(&f.loop, f.hub);
    return 0;
}

/* The next frame of this person; the event lives in the arena. */
static const struct wire_frame *next(uint64_t account_id, struct arena *arena)
{
    const uint8_t *payload = NULL;
    size_t len = 0;
    struct wire_frame *frame = arena_alloc(arena, sizeof(*frame));
    assert_true(fake_next(f.peers[account_id - LEADER], &payload, &len));
    assert_int_equal(wire_decode_any(payload, len, arena, frame), STATUS_OK);
    return frame;
}

static void expect_item(uint64_t account_id, uint64_t entity_id, uint32_t state)
{
    struct arena arena = {0};
    const struct wire_frame *frame = next(account_id, &arena);
    const struct wire_work_changed *event = frame->body;
    assert_int_equal(frame->code, WIRE_WORK_CHANGED);
    assert_int_equal(event->entity_id, entity_id);
    assert_true(event->has_item);
    assert_int_equal(event->item.state, state);
    arena_clear(&arena);
}

static void expect_gone(uint64_t account_id, uint64_t entity_id)
{
    struct arena arena = {0};
    const struct wire_frame *frame = next(account_id, &arena);
    const struct wire_work_changed *event = frame->body;
    assert_int_equal(frame->code, WIRE_WORK_CHANGED);
    assert_int_equal(event->entity_id, entity_id);
    assert_false(event->has_item);
    arena_clear(&arena);
}

static void expect_reset(uint64_t account_id)
{
    struct arena arena = {0};
    assert_int_equal(next(account_id, &arena)->code, WIRE_WORK_RESET);
    arena_clear(&arena);
}

static void expect_nothing(uint64_t account_id)
{
    fake_expect_nothing(f.peers[account_id - LEADER]);
}

static void nobody_watching_costs_no_reading(void **state)
{
    (void)state;
    work_feed_changed(&f.env, WIRE_WORK_KIND_DISPUTE, 5);
    assert_int_equal(f.asked_count, 0);
    watch(LEADER);
    work_feed_changed(&f.env, 9, 5); /* no kind of ours */
    assert_int_equal(f.asked_count, 0);
    work_feed_changed(&f.env, WIRE_WORK_KIND_DISPUTE, 5);
    assert_int_equal(f.asked_count, 1);
    answer(STATUS_NOT_FOUND, NULL); /* it ended before anybody saw it */
    expect_nothing(LEADER);
}

static void each_is_told_by_her_part_and_who_was_shown_it_that_it_is_gone(void **state)
{
    (void)state;
    uint64_t accounts[] = {MEDIATOR};
    int64_t parts[] = {WIRE_WORK_PART_OFFERED};
    struct work_loaded loaded = item(5, 1, WIRE_WORK_URGENCY_BLUE);
    watch(LEADER);
    watch(LEADER); /* twice is once */
    watch(MEDIATOR);
    watch(STRANGER);
    work_feed_changed(&f.env, WIRE_WORK_KIND_DISPUTE, 5);
    answer(STATUS_OK, &loaded);
    expect_item(LEADER, 5, 1);
    loaded.account_ids = (struct wire_list_id){1, accounts};
    loaded.parts = parts;
    work_feed_changed(&f.env, WIRE_WORK_KIND_DISPUTE, 5);
    answer(STATUS_OK, &loaded);
    expect_item(LEADER, 5, 1);
    expect_item(MEDIATOR, 5, 1);
    loaded.account_ids.count = 0; /* taken back */
    work_feed_changed(&f.env, WIRE_WORK_KIND_DISPUTE, 5);
    answer(STATUS_OK, &loaded);
    expect_item(LEADER, 5, 1);
    expect_gone(MEDIATOR, 5);
    work_feed_changed(&f.env, WIRE_WORK_KIND_DISPUTE, 5);
    answer(STATUS_NOT_FOUND, NULL);
    expect_gone(LEADER, 5);
    for (uint64_t who = LEADER; who <= STRANGER; who++)
        expect_nothing(who);
}

static void what_changed_while_it_was_read_is_read_again_before_it_is_shown(void **state)
{
    (void)state;
    const struct work_loaded old = item(5, 1, WIRE_WORK_URGENCY_BLUE);
    const struct work_loaded new = item(5, 2, WIRE_WORK_URGENCY_BLUE);
    watch(LEADER);
    for (int i = 0; i < 5; i++)
        work_feed_changed(&f.env, WIRE_WORK_KIND_DISPUTE, 5);
    assert_int_equal(f.asked_count, 1);
    answer(STATUS_OK, &old);
    expect_nothing(LEADER);
    answer(STATUS_OK, &new);
    expect_item(LEADER, 5, 2);
    assert_int_equal(f.asked_count, 0);
}

static void red_overtakes_what_waits(void **state)
{
    (void)state;
    const struct work_loaded blue = item(5, 1, WIRE_WORK_URGENCY_BLUE);
    const struct work_loaded red = item(6, 1, WIRE_WORK_URGENCY_RED);
    struct fake_peer *peer = f.peers[0];
    watch(LEADER);
    work_feed_changed(&f.env, WIRE_WORK_KIND_DISPUTE, 5);
    work_feed_changed(&f.env, WIRE_WORK_KIND_DISPUTE, 6);
    peer->blocked = true; /* both wait in the outbox */
    answer(STATUS_OK, &blue);
    answer(STATUS_OK, &red);
    fake_writable(f.hub, peer);
    hub_turn(f.hub);
    expect_item(LEADER, 6, 1);
    expect_item(LEADER, 5, 1);
}

static void what_ended_while_a_page_was_read_is_gone_after_it(void **state)
{
    (void)state;
    const struct work_key key = {WIRE_WORK_KIND_DISPUTE, 5};
    watch(LEADER);
    uint64_t mark = work_feed_mark(&f.env);
    work_feed_changed(&f.env, WIRE_WORK_KIND_DISPUTE, 5); /* it ended */
    answer(STATUS_NOT_FOUND, NULL);
    expect_nothing(LEADER); /* she was not shown it */
    work_feed_shown(&f.env, f.peers[0]->session, &key, 1, mark); /* by a page as it was before */
    answer(STATUS_NOT_FOUND, NULL);
    expect_gone(LEADER, 5);
}

static void after_more_changes_than_are_kept_she_asks_again(void **state)
{
    (void)state;
    const struct work_key key = {WIRE_WORK_KIND_DISPUTE, 5};
    watch(LEADER);
    uint64_t mark = work_feed_mark(&f.env);
    for (int i = 0; i <= WORK_RECENT; i++)
        work_feed_changed(&f.env, WIRE_WORK_KIND_DISPUTE, (uint64_t)i % 7 + 100);
    while (f.asked_count > 0)
        answer(STATUS_NOT_FOUND, NULL);
    work_feed_shown(&f.env, f.peers[0]->session, &key, 1, mark);
    hub_turn(f.hub);
    expect_reset(LEADER);
    work_feed_changed(&f.env, WIRE_WORK_KIND_DISPUTE, 5);
    answer(STATUS_NOT_FOUND, NULL);
    expect_nothing(LEADER); /* she holds nothing any more */
}

static void an_item_that_cannot_be_read_makes_everybody_ask_again(void **state)
{
    (void)state;
    watch(LEADER);
    watch(STRANGER);
    work_feed_changed(&f.env, WIRE_WORK_KIND_DISPUTE, 5);
    answer(STATUS_UNAVAILABLE, NULL);
    expect_nothing(LEADER);
    work_feed_repeat(&f.env);
    work_feed_repeat(&f.env);
    hub_turn(f.hub);
    expect_reset(LEADER);
    expect_reset(STRANGER);
    expect_nothing(LEADER);
}

static void what_is_remembered_of_one_watcher_is_bounded(void **state)
{
    (void)state;
    watch(LEADER);
    uint64_t mark = work_feed_mark(&f.env);
    for (uint64_t id = WORK_SHOWN_MAX + 1; id > 0; id--) { /* from behind: each is put first */
        const struct work_key key = {WIRE_WORK_KIND_DISPUTE, id};
        work_feed_shown(&f.env, f.peers[0]->session, &key, 1, mark);
    }
    for (uint64_t id = 1; id <= 2; id++) { /* 1 was one too many */
        work_feed_changed(&f.env, WIRE_WORK_KIND_DISPUTE, id);
        answer(STATUS_NOT_FOUND, NULL);
    }
    expect_gone(LEADER, 2);
    expect_nothing(LEADER);
}

static void who_left_is_told_nothing(void **state)
{
    (void)state;
    const struct work_loaded loaded = item(5, 1, WIRE_WORK_URGENCY_BLUE);
    watch(LEADER);
    work_feed_changed(&f.env, WIRE_WORK_KIND_DISPUTE, 5);
    work_feed_leave(&f.env, f.peers[0]->session);
    answer(STATUS_OK, &loaded);
    expect_nothing(LEADER);
    work_feed_changed(&f.env, WIRE_WORK_KIND_DISPUTE, 5);
    assert_int_equal(f.asked_count, 0);
}

int main(void)
{
#define FEED_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        FEED_TEST(nobody_watching_costs_no_reading),
        FEED_TEST(each_is_told_by_her_part_and_who_was_shown_it_that_it_is_gone),
        FEED_TEST(what_changed_while_it_was_read_is_read_again_before_it_is_shown),
        FEED_TEST(red_overtakes_what_waits),
        FEED_TEST(what_ended_while_a_page_was_read_is_gone_after_it),
        FEED_TEST(after_more_changes_than_are_kept_she_asks_again),
        FEED_TEST(an_item_that_cannot_be_read_makes_everybody_ask_again),
        FEED_TEST(what_is_remembered_of_one_watcher_is_bounded),
        FEED_TEST(who_left_is_told_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
