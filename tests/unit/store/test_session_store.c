/* Sessions and rooms: who a socket is, what is hers. */
#include "hall_fixture.h"

#include "store/session_store.h"

static struct session_store *sessions;
static struct room_store *rooms;

static void begin(void)
{
    hall_create();
    sessions = session_store_create(fixture.store);
    rooms = room_store_create(fixture.store);
    fixture_open();
}

static int finish(void **state)
{
    int result = fixture_finish(state);
    if (sessions) {
        session_store_destroy(sessions);
        room_store_destroy(rooms);
    }
    sessions = NULL;
    rooms = NULL;
    return result;
}

static void run_command(const char *format, uint64_t id)
{
    char command[512];
    snprintf(command, sizeof(command), format, (unsigned long long)id);
    fixture_admin(command);
}

/* A device of Alice's whose token's hash is 32 times this byte (as two hex digits). */
static void make_session(const char *byte)
{
    char command[400];
    snprintf(command, sizeof(command),
             "INSERT INTO login_session (token_hash, account_id, expires_at)"
             " VALUES (decode(repeat('%s', 32), 'hex'), %llu, now() + interval '1 day')",
             byte, (unsigned long long)hall.alice);
    fixture_admin(command);
}

struct opened {
    unsigned calls;
    enum status status;
    struct session_opened copy; /* numbers only */
    struct wire_role_grant grant;
    uint64_t grant_station_id;
    uint64_t grant_community_id;
    struct room_membership room;
    char name[32];
    char room_name[64];
};

static void on_opened(void *ctx, enum status status, const struct session_opened *opened)
{
    struct opened *out = ctx;
    out->calls++;
    out->status = status;
    if (status != STATUS_OK) {
        assert_null(opened);
        return;
    }
    out->copy = *opened;
    snprintf(out->name, sizeof(out->name), "%s", opened->display_name.data);
    if (opened->grants.count) {
        out->grant = opened->grants.items[0];
        out->grant_station_id = opened->grant_station_ids.items[0];
        out->grant_community_id = opened->grant_community_ids.items[0];
    }
    if (!opened->rooms.count)
        return;
    out->room = opened->rooms.items[0];
    snprintf(out->room_name, sizeof(out->room_name), "%.*s", (int)out->room.room.name.len,
             out->room.room.name.data);
}

static void begin_open(enum session_credential_kind kind, uint8_t byte, struct opened *out)
{
    struct session_credential credential = {.kind = kind};
    memset(credential.hash, byte, sizeof(credential.hash));
    memset(out, 0, sizeof(*out));
    session_store_open(sessions, &credential, on_opened, out);
    assert_int_equal(out->calls, 0);
}

static struct opened open_with(enum session_credential_kind kind, uint8_t byte)
{
    struct opened opened;
    begin_open(kind, byte, &opened);
    run_until(opened.calls > 0);
    return opened;
}

static void a_token_opens_its_session(void **state)
{
    (void)state;
    begin();
    make_session("a1");
    run_command("INSERT INTO role_grant (account_id, role, scope_id, operator_note, expires_at)"
                " SELECT %llu, 7, id, 'test', now() + interval '1 day' FROM place WHERE kind = 1",
                hall.alice);
    struct opened opened = open_with(SESSION_BY_TOKEN, 0xa1);
    assert_int_equal(opened.status, STATUS_OK);
    assert_true(opened.copy.account_id == hall.alice);
    assert_true(opened.copy.login_session_id > 0);
    assert_string_equal(opened.name, "甲");
    assert_int_equal(opened.copy.level, WIRE_VERIFICATION_LEVEL_V1);
    assert_true(opened.copy.home_community_id == hall.community);
    assert_true(opened.copy.station_id == hall.station);
    assert_true(opened.copy.expires_at > clock_wall_ms());
    assert_int_equal(opened.copy.grants.count, 1);
    assert_int_equal(opened.grant.role, WIRE_ROLE_OFFICER);
    assert_int_equal(opened.grant.scope_kind, WIRE_SCOPE_KIND_STATION);
    assert_true(opened.grant.scope_id == hall.station);
    assert_true(opened.grant.expires_at > clock_wall_ms());
    assert_true(opened.grant_station_id == hall.station);
    assert_int_equal(opened.grant_community_id, 0);
    assert_int_equal(opened.copy.rooms.count, 1);
    assert_true(opened.room.room.id == hall.hall);
    assert_int_equal(opened.room.room.kind, WIRE_ROOM_KIND_HALL);
    assert_string_equal(opened.room_name, "议事厅");
    assert_true(opened.room.room.community_id == hall.community);
    assert_int_equal(opened.room.room.member_count, 2);
    assert_int_equal(opened.room.room.first_seq, 1);
    assert_true(opened.room.may_post);
    assert_int_equal(opened.room.muted_until, 0);
}

static void a_ticket_is_good_once(void **state)
{
    struct opened first;
    struct opened second;
    struct opened unknown;
    (void)state;
    begin();
    make_session("a2");
    fixture_admin("INSERT INTO ws_ticket (ticket_hash, login_session_id, expires_at)"
                  " SELECT decode(repeat('b1', 32), 'hex'), max(id), now() + interval '1 minute'"
                  " FROM login_session");
    /* Both in one batch, with one that never was. */
    begin_open(SESSION_BY_TICKET, 0xb1, &first);
    begin_open(SESSION_BY_TICKET, 0xb1, &second);
    begin_open(SESSION_BY_TICKET, 0xb2, &unknown);
    run_until(first.calls && second.calls && unknown.calls);
    assert_int_equal((first.status == STATUS_OK) + (second.status == STATUS_OK), 1);
    assert_int_equal(unknown.status, STATUS_UNAUTHENTICATED);
    assert_int_equal(open_with(SESSION_BY_TICKET, 0xb1).status, STATUS_UNAUTHENTICATED);
}

static void what_ended_does_not_open(void **state)
{
    (void)state;
    begin();
    make_session("a3");
    assert_int_equal(open_with(SESSION_BY_TOKEN, 0xa3).status, STATUS_OK);
    fixture_admin("UPDATE login_session SET revoked_at = now()"
                  " WHERE token_hash = decode(repeat('a3', 32), 'hex')");
    assert_int_equal(open_with(SESSION_BY_TOKEN, 0xa3).status, STATUS_UNAUTHENTICATED);
    assert_int_equal(open_with(SESSION_BY_TOKEN, 0xa9).status, STATUS_UNAUTHENTICATED);
    assert_int_equal(open_with(SESSION_BY_TICKET, 0xa1).status, STATUS_UNAUTHENTICATED);
}

static void a_person_is_read_anew(void **state)
{
    struct opened person = {0};
    struct opened nobody = {0};
    (void)state;
    begin();
    session_store_person(fixture.store, hall.bob, on_opened, &person);
    session_store_person(fixture.store, 999999, on_opened, &nobody);
    run_until(person.calls && nobody.calls);
    assert_int_equal(person.status, STATUS_OK);
    assert_true(person.copy.account_id == hall.bob);
    assert_int_equal(person.copy.grants.count, 0);
    assert_int_equal(nobody.status, STATUS_NOT_FOUND);
}

static void on_alive(void *ctx, enum status status, const struct wire_list_id *alive)
{
    uint64_t *only = ctx;
    assert_int_equal(status, STATUS_OK);
    assert_int_equal(alive->count, 1);
    *only = alive->items[0];
}

static void sessions_that_still_stand_are_told(void **state)
{
    uint64_t only = 0;
    (void)state;
    begin();
    make_session("a4");
    uint64_t ids[] = {(uint64_t)fixture_number("SELECT max(id) FROM login_session"), 999999};
    const struct wire_list_id wanted = {2, ids};
    session_store_alive(fixture.store, &wanted, on_alive, &only);
    run_until(only > 0);
    assert_true(only == ids[0]);
}

/* --- rooms --- */

struct told {
    unsigned calls;
    enum status status;
    struct room_facts facts;
    struct room_membership membership;
    uint32_t count;
};

static void on_facts(void *ctx, enum status status, const struct room_facts *facts)
{
    struct told *told = ctx;
    told->calls++;
    told->status = status;
    if (facts)
        told->facts = *facts;
}

static void on_membership(void *ctx, enum status status, const struct room_membership *room)
{
    struct told *told = ctx;
    told->calls++;
    told->status = status;
    if (room)
        told->membership = *room;
}

static void on_memberships(void *ctx, enum status status, const struct room_membership_list *list)
{
    struct told *told = ctx;
    told->calls++;
    told->status = status;
    told->count = list->count;
}

static void on_done(void *ctx, enum status status)
{
    struct told *told = ctx;
    told->calls++;
    told->status = status;
}

static struct told membership_of(uint64_t account_id)
{
    struct told told = {0};
    room_store_membership(fixture.store, account_id, hall.hall, on_membership, &told);
    run_until(told.calls > 0);
    return told;
}

static void rooms_are_found(void **state)
{
    struct told room = {0};
    struct told none = {0};
    struct told mine = {0};
    struct told hers = {0};
    (void)state;
    begin();
    room_store_load(fixture.store, hall.hall, on_facts, &room);
    room_store_load(fixture.store, 999999, on_facts, &none);
    room_store_of_account(fixture.store, hall.bob, on_memberships, &mine);
    room_store_of_account(fixture.store, hall.carol, on_memberships, &hers);
    run_until(room.calls && none.calls && mine.calls && hers.calls);
    assert_int_equal(room.status, STATUS_OK);
    assert_true(room.facts.id == hall.hall && room.facts.station_id == hall.station);
    assert_true(room.facts.place_id == hall.community);
    assert_false(room.facts.closed);
    assert_int_equal(none.status, STATUS_NOT_FOUND);
    assert_int_equal(mine.count, 1);
    assert_int_equal(hers.count, 0);
    assert_int_equal(membership_of(hall.carol).status, STATUS_NOT_FOUND);
}

static enum status move_cursor(uint64_t account_id, uint64_t seq)
{
    struct told told = {0};
    const struct room_cursor_move move = {account_id, hall.hall, seq};
    room_store_read(rooms, &move, on_done, &told);
    assert_int_equal(told.calls, 0);
    run_until(told.calls > 0);
    return told.status;
}

static void cursors_move_forward_only(void **state)
{
    (void)state;
    begin();
    run_command("UPDATE room SET last_seq = 50 WHERE id = %llu", hall.hall);
    assert_int_equal(move_cursor(hall.bob, 40), STATUS_OK);
    assert_int_equal(membership_of(hall.bob).membership.read_seq, 40);
    assert_int_equal(move_cursor(hall.bob, 7), STATUS_OK);
    assert_int_equal(membership_of(hall.bob).membership.read_seq, 40);
    assert_int_equal(move_cursor(hall.bob, 5000), STATUS_OK);
    assert_int_equal(membership_of(hall.bob).membership.read_seq, 50);
    assert_int_equal(move_cursor(hall.carol, 3), STATUS_NOT_FOUND);
}

static enum status mute(uint64_t account_id, int64_t until)
{
    struct told told = {0};
    const struct member_mute wanted = {
        .room_id = hall.hall,
        .account_id = account_id,
        .actor_id = hall.alice,
        .role_used = WIRE_ROLE_OFFICER,
        .until = until,
        .reason = {"刷屏", strlen("刷屏")},
    };
    room_store_mute(fixture.store, &wanted, on_done, &told);
    run_until(told.calls > 0);
    return told.status;
}

static void mutes_begin_and_end(void **state)
{
    (void)state;
    begin();
    int64_t until = clock_wall_ms() + 60000;
    assert_int_equal(mute(hall.bob, until), STATUS_OK);
    struct room_membership muted = membership_of(hall.bob).membership;
    assert_int_equal(muted.muted_until, until);
    assert_false(muted.may_post);
    assert_int_equal(mute(hall.bob, 0), STATUS_OK);
    assert_true(membership_of(hall.bob).membership.may_post);
    assert_int_equal(mute(hall.carol, until), STATUS_NOT_FOUND);
}

static void columns_are_where_they_are_read(void **state)
{
    (void)state;
    assert_columns(SQL_ROOM_LOAD, "room_id kind name station_id community_id place_id head_seq"
                                  " first_seq member_count closed");
    assert_columns(SQL_ROOM_MEMBERSHIPS,
                   "room_id kind name station_id community_id place_id head_seq first_seq"
                   " member_count closed read_seq muted_until unread may_post");
    assert_columns(SQL_ROOM_READ, "ord outcome");
    assert_columns(SQL_SESSION_OPEN,
                   "ord session_id account_id display_name level station_id community_id is_staff"
                   " expires_at grant_roles grant_scope_kinds grant_scope_ids grant_expires"
                   " room_ids room_kinds room_names room_station_ids room_community_ids"
                   " room_place_ids room_head_seqs room_first_seqs room_member_counts"
                   " room_read_seqs room_muted_untils room_unreads room_may_posts"
                   " grant_station_ids grant_community_ids client");
    assert_columns(SQL_SESSION_GRANTS, "display_name level station_id community_id role scope_kind"
                                       " scope_id expires_at grant_station_id grant_community_id");
}

#define hall_test(name) cmocka_unit_test_setup_teardown(name, fixture_reset, finish)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_where_they_are_read),
        hall_test(a_token_opens_its_session),
        hall_test(a_ticket_is_good_once),
        hall_test(what_ended_does_not_open),
        hall_test(a_person_is_read_anew),
        hall_test(sessions_that_still_stand_are_told),
        hall_test(rooms_are_found),
        hall_test(cursors_move_forward_only),
        hall_test(mutes_begin_and_end),
    };
    return cmocka_run_group_tests_name("session_store", tests, hall_begin, hall_end);
}
