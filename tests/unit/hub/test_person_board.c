/* The board of searches: by name to family, team and officers, by hall to everybody else. */
#include "hub/fake_peer.h"

#include "hub/person_board.h"
#include "wire/wire.h"

#define TEXT(literal) ((struct wire_text){literal, sizeof(literal) - 1})

enum { OFFICER = 11, FAMILY = 12, NEIGHBOUR = 13, BEYOND = 14 };
enum { HERE = 21, THERE = 22 };

struct fixture {
    uv_loop_t loop;
    struct hub *hub;
    struct person_board *board;
    struct fake_peer *peers[4];
    struct person_shown shown[8]; /* what the board told, in order */
    unsigned shown_count;
};

static void on_shown(void *ctx, const struct person_shown *shown)
{
    struct fixture *f = ctx;
    assert_true(f->shown_count < 8);
    f->shown[f->shown_count++] = *shown;
}

static struct fake_peer *peer_of(struct fixture *f, uint64_t account_id)
{
    return f->peers[account_id - OFFICER];
}

static void enter_hall(struct fixture *f, uint64_t account_id, uint64_t room_id)
{
    enter(room_get(f->hub, room_id), peer_of(f, account_id));
}

static int open_board(void **state)
{
    struct fixture *f = mem_alloc(sizeof(*f));
    f->hub = make_hub(&f->loop, NULL);
    f->board = person_board_create(f->hub);
    person_board_set_watch(f->board, &(struct person_watch){f, on_shown});
    for (uint64_t i = 0; i < 4; i++) {
        f->peers[i] = fake_open(f->hub);
        hub_set_account(f->hub, f->peers[i]->session, OFFICER + i, 100 + i);
    }
    enter_hall(f, NEIGHBOUR, HERE);
    enter_hall(f, BEYOND, THERE);
    *state = f;
    return 0;
}

static int close_board(void **state)
{
    struct fixture *f = *state;
    person_board_destroy(f->board);
    for (size_t i = 0; i < 4; i++)
        fake_free(f->hub, f->peers[i]);
    free_hub(&f->loop, f->hub);
    mem_free(f);
    return 0;
}

static const struct board_reader by_name[] = {
    {OFFICER, WIRE_PERSON_AUDIENCE_OFFICERS},
    {FAMILY, WIRE_PERSON_AUDIENCE_FAMILY},
};

static void put(struct fixture *f, uint32_t version, enum wire_person_state state, uint32_t halls)
{
    static uint64_t rooms[] = {HERE, THERE};
    struct arena arena = {0};
    const struct person_record record = {
        .id = 77,
        .no = TEXT("P-1"),
        .state = state,
        .state_version = version,
        .created_at = 1000,
        .due_at = 301000,
        .ring = WIRE_PERSON_RING_COMMUNITY,
        .has_card = true,
        .card = {.name = TEXT("NAME"),
                 .age_band = WIRE_AGE_BAND_FROM_3,
                 .sex = WIRE_PERSON_SEX_MALE,
                 .last_seen_place = TEXT("LAKE")},
        .reporter_name = TEXT("REPORTER"),
        .relation = WIRE_PERSON_RELATION_PARENT,
    };
    const struct person_put wish = {&record, &arena, by_name, ARRAY_LEN(by_name), {halls, rooms}};
    assert_int_equal(person_board_put(f->board, &wish), STATUS_OK);
    hub_turn(f->hub);
}

/* The bytes of the next frame hold this text, and lack that. */
static void expect_frame(struct fake_peer *peer, const char *holds, const char *lacks)
{
    const uint8_t *payload = (const uint8_t *)"";
    size_t len = 0;
    assert_true(fake_next(peer, &payload, &len));
    if (holds != NULL)
        assert_non_null(memmem(payload, len, holds, strlen(holds)));
    if (lacks != NULL)
        assert_null(memmem(payload, len, lacks, strlen(lacks)));
}

static void before_it_is_shown_only_those_in_charge_and_the_family_have_it(void **state)
{
    struct fixture *f = *state;
    put(f, 1, WIRE_PERSON_STATE_VERIFYING, 0);
    expect_frame(peer_of(f, OFFICER), "REPORTER", NULL);
    expect_frame(peer_of(f, FAMILY), "NAME", "REPORTER");
    fake_expect_nothing(peer_of(f, NEIGHBOUR));
    assert_int_equal(f->shown_count, 1); /* what she reported herself is no reading */
    assert_int_equal(f->shown[0].account_id, OFFICER);
}

static void each_hall_gets_it_when_it_is_shown_there(void **state)
{
    struct fixture *f = *state;
    put(f, 2, WIRE_PERSON_STATE_ACTIVE, 1);
    expect_frame(peer_of(f, NEIGHBOUR), "NAME", "REPORTER");
    fake_expect_nothing(peer_of(f, BEYOND));
    put(f, 2, WIRE_PERSON_STATE_ACTIVE, 2); /* the same version, one hall more */
    fake_expect_nothing(peer_of(f, NEIGHBOUR));
    expect_frame(peer_of(f, BEYOND), "NAME", "REPORTER");
    put(f, 1, WIRE_PERSON_STATE_VERIFYING, 0); /* read before, answered after */
    fake_expect_nothing(peer_of(f, BEYOND));
    assert_int_equal(person_board_find(f->board, 77)->state_version, 2);
}

static void what_is_hidden_says_nothing_but_its_state(void **state)
{
    struct fixture *f = *state;
    put(f, 3, WIRE_PERSON_STATE_ACTIVE, 2);
    expect_frame(peer_of(f, NEIGHBOUR), "LAKE", NULL);
    put(f, 4, WIRE_PERSON_STATE_LOCATED, 2);
    expect_frame(peer_of(f, NEIGHBOUR), NULL, "LAKE");
    put(f, 5, WIRE_PERSON_STATE_REUNITED, 2);
    expect_frame(peer_of(f, NEIGHBOUR), NULL, "NAME");
    assert_null(person_board_find(f->board, 77));
    assert_int_equal(person_board_count(f->board), 0);
}

static void who_comes_later_is_greeted_once_whatever_halls_she_is_in(void **state)
{
    struct fixture *f = *state;
    put(f, 6, WIRE_PERSON_STATE_ACTIVE, 2);
    struct fake_peer *late = fake_open(f->hub);
    hub_set_account(f->hub, late->session, 99, 199);
    for (uint64_t room_id = HERE; room_id <= THERE; room_id++)
        assert_int_equal(room_join(room_get(f->hub, room_id), late->session), STATUS_OK);
    person_board_greet(f->board, late->session);
    hub_turn(f->hub);
    expect_frame(late, "NAME", "REPORTER");
    fake_expect_nothing(late);
    fake_free(f->hub, late);
}

static void who_has_it_by_name_is_greeted_by_name(void **state)
{
    struct fixture *f = *state;
    put(f, 7, WIRE_PERSON_STATE_ACTIVE, 2);
    enter_hall(f, OFFICER, HERE);
    expect_frame(peer_of(f, OFFICER), "REPORTER", NULL);
    person_board_greet(f->board, peer_of(f, OFFICER)->session);
    hub_turn(f->hub);
    expect_frame(peer_of(f, OFFICER), "REPORTER", NULL);
    fake_expect_nothing(peer_of(f, OFFICER));
}

static void an_end_nobody_here_knew_of_is_not_told_to_halls(void **state)
{
    struct fixture *f = *state;
    put(f, 8, WIRE_PERSON_STATE_CANCELLED, 2);
    fake_expect_nothing(peer_of(f, NEIGHBOUR));
    assert_int_equal(person_board_count(f->board), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_board, close_board)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(before_it_is_shown_only_those_in_charge_and_the_family_have_it),
        TEST(each_hall_gets_it_when_it_is_shown_there),
        TEST(what_is_hidden_says_nothing_but_its_state),
        TEST(who_comes_later_is_greeted_once_whatever_halls_she_is_in),
        TEST(who_has_it_by_name_is_greeted_by_name),
        TEST(an_end_nobody_here_knew_of_is_not_told_to_halls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
