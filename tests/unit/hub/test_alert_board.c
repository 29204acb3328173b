/* The board of alerts: each version told once to whom it concerns, and to who comes later. */
#include "hub/fake_peer.h"

#include "hub/alert_board.h"
#include "wire/wire.h"

#define TEXT(literal) ((struct wire_text){literal, sizeof(literal) - 1})

enum { OFFICER = 11, LEADER = 12, TARGET = 13, NEIGHBOUR = 14 };

struct fixture {
    uv_loop_t loop;
    struct hub *hub;
    struct alert_board *board;
    struct fake_peer *peers[4];
    struct board_shown shown[8]; /* what the board told, in order */
    unsigned shown_count;
};

static void on_shown(void *ctx, const struct board_shown *shown)
{
    struct fixture *f = ctx;
    assert_true(f->shown_count < 8);
    f->shown[f->shown_count++] = *shown;
}

static struct fake_peer *peer_of(struct fixture *f, uint64_t account_id)
{
    return f->peers[account_id - OFFICER];
}

static int open_board(void **state)
{
    struct fixture *f = mem_alloc(sizeof(*f));
    f->hub = make_hub(&f->loop, NULL);
    f->board = alert_board_create(f->hub);
    alert_board_set_watch(f->board, &(struct board_watch){f, on_shown});
    for (uint64_t i = 0; i < 4; i++) {
        f->peers[i] = fake_open(f->hub);
        hub_set_account(f->hub, f->peers[i]->session, OFFICER + i, 100 + i);
    }
    *state = f;
    return 0;
}

static int close_board(void **state)
{
    struct fixture *f = *state;
    alert_board_destroy(f->board);
    for (size_t i = 0; i < 4; i++)
        fake_free(f->hub, f->peers[i]);
    free_hub(&f->loop, f->hub);
    mem_free(f);
    return 0;
}

static const struct board_recipient everybody[] = {
    {OFFICER, WIRE_ALERT_AUDIENCE_OFFICERS},
    {LEADER, WIRE_ALERT_AUDIENCE_VOLUNTEERS},
    {TARGET, WIRE_ALERT_AUDIENCE_TARGET},
};

static struct alert_record record_of(uint32_t version, enum wire_alert_state state)
{
    return (struct alert_record){
        .id = 77,
        .no = TEXT("F-1"),
        .state = state,
        .state_version = version,
        .level = WIRE_ALERT_LEVEL_CRITICAL,
        .scam_type = WIRE_SCAM_TYPE_LOAN,
        .community_name = TEXT("柳荫社区"),
        .building = TEXT("3栋"),
        .door = TEXT("DOOR"),
        .target_name = TEXT("王桂兰"),
        .situation = TEXT("SITUATION"),
        .created_at = 1000,
        .expires_at = 2000,
    };
}

static void put(struct fixture *f, uint32_t version, enum wire_alert_state state, uint64_t claimer)
{
    struct alert_record record = record_of(version, state);
    record.claimed_by = claimer;
    record.claimed_by_name = claimer != 0 ? TEXT("李") : TEXT("");
    assert_int_equal(alert_board_put(f->board, &record, everybody, ARRAY_LEN(everybody)),
                     STATUS_OK);
    hub_turn(f->hub);
}

/* The bytes of the next frame hold this text, or not. */
static void expect_frame(struct fake_peer *peer, const char *holds, const char *lacks)
{
    const uint8_t *payload = NULL;
    size_t len = 0;
    assert_true(fake_next(peer, &payload, &len));
    if (holds != NULL)
        assert_non_null(memmem(payload, len, holds, strlen(holds)));
    if (lacks != NULL)
        assert_null(memmem(payload, len, lacks, strlen(lacks)));
}

static void each_gets_her_projection_and_strangers_nothing(void **state)
{
    struct fixture *f = *state;
    put(f, 1, WIRE_ALERT_STATE_DISPATCHED, 0);
    expect_frame(peer_of(f, OFFICER), "SITUATION", NULL);
    expect_frame(peer_of(f, LEADER), "王某", "DOOR");
    expect_frame(peer_of(f, TARGET), "DOOR", "SITUATION");
    fake_expect_nothing(peer_of(f, NEIGHBOUR));
}

static void the_same_version_is_told_once(void **state)
{
    struct fixture *f = *state;
    put(f, 2, WIRE_ALERT_STATE_DISPATCHED, 0);
    expect_frame(peer_of(f, OFFICER), NULL, NULL);
    put(f, 2, WIRE_ALERT_STATE_DISPATCHED, 0);
    put(f, 1, WIRE_ALERT_STATE_DISPATCHED, 0);
    fake_expect_nothing(peer_of(f, OFFICER));
    assert_int_equal(alert_board_find(f->board, 77)->state_version, 2);
}

static void a_late_reading_does_not_bring_back_what_was(void **state)
{
    struct fixture *f = *state;
    put(f, 2, WIRE_ALERT_STATE_DISPATCHED, 0);
    const struct alert_record older = record_of(1, WIRE_ALERT_STATE_DISPATCHED);
    assert_int_equal(alert_board_put(f->board, &older, everybody, 1), STATUS_OK);
    assert_int_equal(alert_board_find(f->board, 77)->state_version, 2);
    assert_int_equal(alert_board_audience(f->board, 77, LEADER), WIRE_ALERT_AUDIENCE_VOLUNTEERS);
}

static void who_may_see_less_is_told_less_and_the_others_nothing_again(void **state)
{
    struct fixture *f = *state;
    const struct board_recipient fewer[] = {{OFFICER, WIRE_ALERT_AUDIENCE_VOLUNTEERS},
                                            {LEADER, WIRE_ALERT_AUDIENCE_VOLUNTEERS}};
    const struct alert_record record = record_of(1, WIRE_ALERT_STATE_DISPATCHED);
    put(f, 1, WIRE_ALERT_STATE_DISPATCHED, 0);
    for (uint64_t who = OFFICER; who <= TARGET; who++)
        expect_frame(peer_of(f, who), NULL, NULL);
    assert_int_equal(alert_board_put(f->board, &record, fewer, ARRAY_LEN(fewer)), STATUS_OK);
    hub_turn(f->hub);
    expect_frame(peer_of(f, OFFICER), "王某", "SITUATION");
    fake_expect_nothing(peer_of(f, LEADER));
    fake_expect_nothing(peer_of(f, TARGET));
    assert_int_equal(alert_board_audience(f->board, 77, TARGET), 0);
}

static void who_has_taken_it_sees_the_door(void **state)
{
    struct fixture *f = *state;
    put(f, 2, WIRE_ALERT_STATE_ACKNOWLEDGED, LEADER);
    expect_frame(peer_of(f, LEADER), "DOOR", NULL);
    expect_frame(peer_of(f, OFFICER), "DOOR", NULL);
    put(f, 3, WIRE_ALERT_STATE_DISPATCHED, 0);
    expect_frame(peer_of(f, LEADER), NULL, "DOOR");
}

static void what_ended_is_told_and_forgotten(void **state)
{
    struct fixture *f = *state;
    put(f, 1, WIRE_ALERT_STATE_DISPATCHED, 0);
    put(f, 2, WIRE_ALERT_STATE_CANCELLED, 0);
    expect_frame(peer_of(f, OFFICER), NULL, NULL);
    expect_frame(peer_of(f, OFFICER), NULL, NULL);
    assert_null(alert_board_find(f->board, 77));
    assert_int_equal(alert_board_alert_count(f->board), 0);
    alert_board_greet(f->board, peer_of(f, OFFICER)->session);
    hub_turn(f->hub);
    fake_expect_nothing(peer_of(f, OFFICER));
}

static void who_comes_later_is_greeted_with_her_own(void **state)
{
    struct fixture *f = *state;
    put(f, 1, WIRE_ALERT_STATE_DISPATCHED, 0);
    struct fake_peer *late = fake_open(f->hub);
    struct fake_peer *stranger = fake_open(f->hub);
    hub_set_account(f->hub, late->session, LEADER, 200);
    hub_set_account(f->hub, stranger->session, 999, 201);
    alert_board_greet(f->board, late->session);
    alert_board_greet(f->board, stranger->session);
    hub_turn(f->hub);
    expect_frame(late, "王某", "DOOR");
    fake_expect_nothing(late);
    fake_expect_nothing(stranger);
    assert_int_equal(alert_board_audience(f->board, 77, LEADER), WIRE_ALERT_AUDIENCE_VOLUNTEERS);
    assert_int_equal(alert_board_audience(f->board, 77, NEIGHBOUR), 0);
    fake_free(f->hub, late);
    fake_free(f->hub, stranger);
}

/* Once per version and projection, of those who are here, and never of her own message. */
static void what_was_shown_to_whom_is_told_once(void **state)
{
    struct fixture *f = *state;
    fake_drop(f->hub, peer_of(f, LEADER)); /* not here: nothing is shown to her */
    put(f, 1, WIRE_ALERT_STATE_DISPATCHED, 0);
    assert_int_equal(f->shown_count, 1);
    assert_int_equal(f->shown[0].account_id, OFFICER);
    assert_int_equal(f->shown[0].audience, WIRE_ALERT_AUDIENCE_OFFICERS);
    assert_int_equal(f->shown[0].state_version, 1);
    alert_board_greet(f->board, peer_of(f, OFFICER)->session);
    alert_board_greet(f->board, peer_of(f, TARGET)->session);
    assert_int_equal(f->shown_count, 1);
    struct fake_peer *late = fake_open(f->hub);
    hub_set_account(f->hub, late->session, LEADER, 200);
    alert_board_greet(f->board, late->session);
    assert_int_equal(f->shown_count, 2);
    assert_int_equal(f->shown[1].account_id, LEADER);
    put(f, 2, WIRE_ALERT_STATE_CANCELLED, 0);
    assert_int_equal(f->shown_count, 4);
    assert_int_equal(f->shown[3].state_version, 2);
    fake_free(f->hub, late);
}

static struct wire_notice_view notice_of(uint32_t version, enum wire_notice_state state)
{
    return (struct wire_notice_view){
        .notice_id = 5,
        .notice_version = version,
        .state = state,
        .room_id = 8,
        .scam_type = WIRE_SCAM_TYPE_LOAN,
        .level = WIRE_ALERT_LEVEL_HIGH,
        .title = TEXT("NOTICE"),
        .body = TEXT("b"),
        .advice = TEXT("a"),
        .hotline = TEXT("96110"),
        .published_at = 1,
        .expires_at = 2,
    };
}

static void a_notice_goes_to_its_hall_and_to_who_enters_it(void **state)
{
    struct fixture *f = *state;
    struct room *hall = room_get(f->hub, 8);
    struct room *other = room_get(f->hub, 9);
    struct fake_peer *inside = peer_of(f, NEIGHBOUR);
    struct fake_peer *outside = peer_of(f, OFFICER);
    enter(hall, inside);
    enter(other, outside);
    struct wire_notice_view notice = notice_of(1, WIRE_NOTICE_STATE_PUBLISHED);
    assert_int_equal(alert_board_put_notice(f->board, &notice), STATUS_OK);
    assert_int_equal(alert_board_put_notice(f->board, &notice), STATUS_OK);
    hub_turn(f->hub);
    expect_frame(inside, "NOTICE", NULL);
    fake_expect_nothing(inside);
    alert_board_greet(f->board, inside->session);
    alert_board_greet(f->board, outside->session);
    hub_turn(f->hub);
    expect_frame(inside, "NOTICE", NULL);
    fake_expect_nothing(outside);
    notice = notice_of(2, WIRE_NOTICE_STATE_WITHDRAWN);
    assert_int_equal(alert_board_put_notice(f->board, &notice), STATUS_OK);
    hub_turn(f->hub);
    expect_frame(inside, "NOTICE", NULL);
    assert_int_equal(alert_board_notice_count(f->board), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_gets_her_projection_and_strangers_nothing, open_board,
                                        close_board),
        cmocka_unit_test_setup_teardown(the_same_version_is_told_once, open_board, close_board),
        cmocka_unit_test_setup_teardown(a_late_reading_does_not_bring_back_what_was, open_board,
                                        close_board),
        cmocka_unit_test_setup_teardown(
            who_may_see_less_is_told_less_and_the_others_nothing_again, open_board, close_board),
        cmocka_unit_test_setup_teardown(who_has_taken_it_sees_the_door, open_board, close_board),
        cmocka_unit_test_setup_teardown(what_ended_is_told_and_forgotten, open_board, close_board),
        cmocka_unit_test_setup_teardown(who_comes_later_is_greeted_with_her_own, open_board,
                                        close_board),
        cmocka_unit_test_setup_teardown(what_was_shown_to_whom_is_told_once, open_board,
                                        close_board),
        cmocka_unit_test_setup_teardown(a_notice_goes_to_its_hall_and_to_who_enters_it, open_board,
                                        close_board),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
