/* The permission table against the matrix of the domain, written down a second time as it is
 * printed there, over every role, place and circumstance. */
#include <assert.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "rules/badge.h"
#include "rules/permission.h"

#define NOW       1000
#define STATION   10
#define COMMUNITY 20
#define GRID      30
#define BUILDING  40
#define UNIT      50
#define OTHER     99
#define ME        7

struct domain_row {
    enum permission permission;
    const char *name;
    const char *cells[COLUMN_COUNT]; /* G R UR UL GW VO CA PN AX OF DI SL AU SA SV */
};

/* Nobody before the officer's column, no service account. */
#define OFFICE(...) {"-", "-", "-", "-", "-", "-", "-", "-", "-", __VA_ARGS__, "-"}

static const struct domain_row domain[] = {
    {PERM_HALL_READ, "hall.read",
     {"-", "V1", "Y", "Y", "Y", "Y", "Y", "-", "Y", "Y", "s", "s", "r", "-", "-"}},
    {PERM_HALL_POST, "hall.post",
     {"-", "V1", "Y", "Y", "Y", "Y", "Y", "-", "Y", "Y", "s", "s", "-", "-", "-"}},
    {PERM_HALL_POST_OFFICIAL, "hall.post_official",
     {"-", "-", "-", "-", "-", "-", "c", "-", "c", "Y", "s", "s", "-", "-", "-"}},
    {PERM_MESSAGE_RECALL, "message.recall",
     {"-", "o", "o", "o", "o", "o", "o", "o", "o", "o", "o", "o", "-", "-", "-"}},
    {PERM_MESSAGE_HIDE, "message.hide",
     {"-", "-", "-", "-", "-", "-", "-", "-", "c", "c", "s", "s", "-", "-", "-"}},
    {PERM_MEMBER_MUTE, "member.mute", OFFICE("c", "s", "s", "-", "-")},
    {PERM_ADDRESS_VERIFY, "address.verify",
     {"-", "-", "-", "c", "c", "-", "c", "-", "c", "c", "s", "s", "-", "-", "-"}},
    /* Not in the domain's table: what roles are shown of open objects follows from rows there. */
    {PERM_WORK_READ, "work.read",
     {"-", "-", "-", "a", "a", "a", "a", "a", "c", "c", "s", "s", "-", "-", "-"}},
    /* Nor these: who is looked up where she lives; the audit's row of the table, cut in two. */
    {PERM_ACCOUNT_FIND, "account.find", OFFICE("c", "s", "s", "-", "-")},
    {PERM_ACCOUNT_READ, "account.read", OFFICE("r", "r", "r", "-", "-")},
    {PERM_AUDIT_READ, "audit.read", OFFICE("-", "-", "-", "s", "-")},
    {PERM_AUDIT_VERIFY, "audit.verify", OFFICE("-", "-", "-", "s", "s")},
    {PERM_ROLE_GRANT, "role.grant", OFFICE("-", "-", "2", "-", "-")},
    {PERM_FRAUD_INJECT, "fraud.inject",
     {"-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "Y"}},
    {PERM_FRAUD_READ_RESTRICTED, "fraud.read_restricted",
     {"-", "-", "-", "-", "a", "-", "a", "-", "a", "c", "s", "s", "r", "-", "-"}},
    {PERM_FRAUD_READ_VOLUNTEER_VIEW, "fraud.read_volunteer_view",
     {"-", "-", "-", "a", "a", "a", "a", "-", "a", "c", "s", "s", "-", "-", "-"}},
    {PERM_FRAUD_ACK, "fraud.ack",
     {"-", "-", "-", "a", "a", "a", "a", "-", "a", "c", "s", "s", "-", "-", "-"}},
    {PERM_FRAUD_OUTCOME, "fraud.outcome",
     {"-", "-", "-", "-", "a", "-", "-", "-", "a", "c", "s", "s", "-", "-", "-"}},
    {PERM_FRAUD_PUBLISH_NOTICE, "fraud.publish_notice", OFFICE("c", "s", "s", "-", "-")},
    {PERM_FRAUD_CANCEL, "fraud.cancel",
     {"-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "s", "s", "-", "-", "o"}},
    {PERM_FRAUD_ANSWER, "fraud.answer",
     {"-", "o", "o", "o", "o", "o", "o", "o", "o", "o", "o", "o", "o", "o", "-"}},
    {PERM_PERSON_REPORT, "person.report",
     {"-", "V1", "Y", "Y", "Y", "Y", "Y", "-", "Y", "Y", "Y", "Y", "-", "-", "Y"}},
    {PERM_PERSON_ACTIVATE, "person.activate", OFFICE("c", "s", "s", "-", "-")},
    {PERM_PERSON_WIDEN, "person.widen", OFFICE("-", "s", "s", "-", "-")},
    {PERM_PERSON_SIGHTING, "person.sighting",
     {"-", "V1", "Y", "Y", "Y", "Y", "Y", "-", "Y", "Y", "Y", "Y", "-", "-", "-"}},
    {PERM_PERSON_READ_SIGHTINGS, "person.read_sightings",
     {"-", "o", "-", "a", "a", "a", "a", "-", "a", "c", "s", "s", "-", "-", "-"}},
    {PERM_PERSON_LOCATED, "person.located",
     {"-", "-", "-", "-", "a", "a", "a", "-", "a", "c", "s", "s", "-", "-", "-"}},
    {PERM_PERSON_REUNITED, "person.reunited",
     {"-", "-", "-", "-", "-", "-", "-", "-", "a", "c", "s", "s", "-", "-", "-"}},
    /* Merge, refer, pause, unsettle, track, withdraw and reopen have their people in the table of
     * moves (domain §4.5, column Who); add and note are what both sides write. */
    {PERM_MESSAGE_CONVERT, "message.convert",
     {"-", "o", "o", "o", "c", "o", "c", "-", "c", "c", "s", "s", "-", "-", "-"}},
    {PERM_DISPUTE_SUBMIT, "dispute.submit",
     {"-", "V1", "Y", "Y", "Y", "Y", "Y", "-", "Y", "Y", "s", "s", "-", "-", "Y"}},
    {PERM_DISPUTE_READ, "dispute.read",
     {"-", "o", "-", "-", "a", "-", "a", "a", "a", "c", "s", "s", "r", "-", "-"}},
    {PERM_DISPUTE_ACCEPT, "dispute.accept", OFFICE("c", "s", "s", "-", "-")},
    {PERM_DISPUTE_REJECT, "dispute.reject", OFFICE("c", "s", "s", "-", "-")},
    {PERM_DISPUTE_MERGE, "dispute.merge", OFFICE("c", "s", "-", "-", "-")},
    {PERM_DISPUTE_REFER, "dispute.refer", OFFICE("c", "s", "-", "-", "-")},
    {PERM_DISPUTE_SETTLE_ON_SCENE, "dispute.settle_on_scene",
     {"-", "-", "-", "-", "c", "-", "-", "-", "a", "c", "-", "s", "-", "-", "-"}},
    {PERM_DISPUTE_ASSIGN, "dispute.assign", OFFICE("c", "s", "s", "-", "-")},
    {PERM_DISPUTE_RAISE_COLOUR, "dispute.raise_colour",
     {"-", "-", "-", "-", "a", "-", "a", "a", "a", "c", "s", "s", "-", "-", "Y"}},
    {PERM_DISPUTE_LOWER_COLOUR, "dispute.lower_colour", OFFICE("2", "-", "s", "-", "-")},
    {PERM_SESSION_OPEN, "session.open",
     {"-", "-", "-", "-", "a", "-", "a", "a", "-", "c", "-", "s", "-", "-", "-"}},
    {PERM_DISPUTE_PAUSE, "dispute.pause",
     {"-", "-", "-", "-", "a", "-", "a", "a", "a", "c", "a", "a", "-", "-", "-"}},
    {PERM_DISPUTE_UNSETTLE, "dispute.unsettle",
     {"-", "-", "-", "-", "a", "-", "a", "a", "a", "a", "a", "a", "-", "-", "-"}},
    {PERM_DISPUTE_TRACK, "dispute.track", OFFICE("c", "-", "-", "-", "-")},
    {PERM_DISPUTE_WITHDRAW, "dispute.withdraw",
     {"-", "o", "-", "-", "-", "-", "-", "-", "-", "c", "-", "-", "-", "-", "-"}},
    {PERM_DISPUTE_REOPEN, "dispute.reopen",
     {"-", "o", "-", "-", "-", "-", "-", "-", "-", "c", "-", "-", "-", "-", "-"}},
    {PERM_DISPUTE_ADD, "dispute.add",
     {"-", "o", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-"}},
    {PERM_DISPUTE_NOTE, "dispute.note",
     {"-", "-", "-", "-", "a", "-", "a", "a", "a", "c", "s", "s", "-", "-", "-"}},
};
static_assert(ARRAY_LEN(domain) == PERM_COUNT - PERM_HALL_READ, "every row of the matrix");

static const enum wire_role role_of_column[COLUMN_COUNT] = {
    [COLUMN_UNIT_REP] = WIRE_ROLE_UNIT_REP,
    [COLUMN_UNIT_LEADER] = WIRE_ROLE_UNIT_LEADER,
    [COLUMN_GRID_WORKER] = WIRE_ROLE_GRID_WORKER,
    [COLUMN_VOLUNTEER] = WIRE_ROLE_VOLUNTEER,
    [COLUMN_CADRE] = WIRE_ROLE_CADRE,
    [COLUMN_PANEL] = WIRE_ROLE_MEDIATOR,
    [COLUMN_AUXILIARY] = WIRE_ROLE_AUXILIARY,
    [COLUMN_OFFICER] = WIRE_ROLE_OFFICER,
    [COLUMN_DISPATCHER] = WIRE_ROLE_DISPATCHER,
    [COLUMN_STATION_LEADER] = WIRE_ROLE_STATION_LEADER,
    [COLUMN_AUDITOR] = WIRE_ROLE_AUDITOR,
    [COLUMN_SYSADMIN] = WIRE_ROLE_SYSADMIN,
};

/* Where the role was granted, seen from the object (a thing in COMMUNITY of STATION). */
enum place {
    AT_STATION,
    AT_COMMUNITY,
    AT_GRID_INSIDE,
    AT_OTHER_COMMUNITY,
    AT_OTHER_STATION,
    PLACES
};

static struct principal_grant grant_at(enum wire_role role, enum place place, int64_t expires_at)
{
    struct principal_grant grant = {.role = role, .expires_at = expires_at};
    grant.station_id = place == AT_OTHER_STATION ? OTHER : STATION;
    switch (place) {
    case AT_STATION:
    case AT_OTHER_STATION:
        grant.scope_kind = WIRE_SCOPE_KIND_STATION;
        grant.scope_id = grant.station_id;
        break;
    case AT_COMMUNITY:
    case AT_OTHER_COMMUNITY:
        grant.scope_kind = WIRE_SCOPE_KIND_COMMUNITY;
        grant.scope_id = place == AT_COMMUNITY ? COMMUNITY : COMMUNITY + 1;
        grant.community_id = grant.scope_id;
        break;
    case AT_GRID_INSIDE:
    default:
        grant.scope_kind = WIRE_SCOPE_KIND_GRID;
        grant.scope_id = GRID + 1; /* another grid of the same community */
        grant.community_id = COMMUNITY;
        break;
    }
    return grant;
}

static bool expected_for_role(const char *cell, enum place place, const struct scope_facts *facts)
{
    bool station = place == AT_STATION;
    bool around = station || place == AT_COMMUNITY;
    bool community = around || place == AT_GRID_INSIDE;
    switch (cell[0]) {
    case 'Y':
    case 'c':
        return community;
    case 's':
        return around;
    case 'a':
        return facts->is_assigned;
    case 'o':
        return facts->owner_account_id == ME || (facts->owner_by_statement && community);
    case 'r':
        return around && facts->reason_given;
    case '2':
        return around && facts->second_approved;
    default:
        return false;
    }
}

/* Every circumstance there is, as bits. */
static struct scope_facts facts_of(unsigned bits)
{
    return (struct scope_facts){
        .station_id = STATION,
        .community_id = COMMUNITY,
        .grid_id = GRID,
        .building_id = BUILDING,
        .unit_id = UNIT,
        .is_member = bits & 1,
        .is_assigned = bits & 2,
        .owner_account_id = bits & 4 ? ME : OTHER,
        .owner_source_id = bits & 4 ? ME : OTHER,
        .owner_by_statement = bits & 8,
        .reason_given = bits & 16,
        .second_approved = bits & 32,
    };
}
#define FACT_BITS 64u

static void check(bool got, bool expected, const struct domain_row *row, const char *what)
{
    if (got != expected)
        fail_msg("%s for %s: %d, the domain says %d", row->name, what, got, expected);
}

static void check_role(const struct domain_row *row, enum wire_role role, const char *cell)
{
    bool is_residents_own = strcmp(row->cells[COLUMN_RESIDENT], "o") == 0;
    for (int place = 0; place < PLACES; place++)
        for (unsigned bits = 0; bits < FACT_BITS; bits++) {
            struct scope_facts facts = facts_of(bits);
            struct principal_grant grant = grant_at(role, (enum place)place, NOW + 1);
            /* V0: being a resident must not help. */
            struct principal who = {
                .kind = PRINCIPAL_ACCOUNT, .account_id = ME, .grants = &grant, .grant_count = 1};
            who.level = WIRE_VERIFICATION_LEVEL_V0;
            if (is_residents_own)
                facts.is_member = false;
            bool own_as_resident = is_residents_own && facts.owner_account_id == ME;
            bool expected = own_as_resident || expected_for_role(cell, (enum place)place, &facts);
            struct permission_decision got = permission_decide(&who, row->permission, &facts, NOW);
            char what[64];
            snprintf(what, sizeof(what), "role %d place %d facts %u", role, place, bits);
            check(got.allowed, expected, row, what);
            if (got.allowed && !own_as_resident)
                assert_int_equal(got.role, role);
        }
}

static void every_role_in_every_place_may_what_the_domain_says(void **state)
{
    (void)state;
    for (size_t r = 0; r < ARRAY_LEN(domain); r++) {
        for (int column = COLUMN_UNIT_REP; column <= COLUMN_SYSADMIN; column++)
            check_role(&domain[r], role_of_column[column], domain[r].cells[column]);
        /* The head of a grid: as a grid worker, and "dispute.accept, blue only". */
        bool accepts = domain[r].permission == PERM_DISPUTE_ACCEPT;
        const char *cell = accepts ? "c" : domain[r].cells[COLUMN_GRID_WORKER];
        check_role(&domain[r], WIRE_ROLE_GRID_CHIEF, cell);
    }
}

static void a_resident_needs_level_and_membership(void **state)
{
    (void)state;
    for (size_t r = 0; r < ARRAY_LEN(domain); r++)
        for (int level = WIRE_VERIFICATION_LEVEL_V0; level <= WIRE_VERIFICATION_LEVEL_V3; level++)
            for (unsigned bits = 0; bits < FACT_BITS; bits++) {
                struct scope_facts facts = facts_of(bits);
                struct principal who = {.kind = PRINCIPAL_ACCOUNT,
                                        .account_id = ME,
                                        .level = (enum wire_verification_level)level};
                const char *cell = domain[r].cells[COLUMN_RESIDENT];
                bool expected = false;
                if (cell[0] == 'V')
                    expected = level - 1 >= cell[1] - '0' && facts.is_member;
                else if (cell[0] == 'o')
                    expected = facts.owner_account_id == ME ||
                               (facts.owner_by_statement && facts.is_member);
                check(permission_allows(&who, domain[r].permission, &facts, NOW), expected,
                      &domain[r], "resident");
            }
}

static void a_source_may_inject_and_cancel_its_own_only(void **state)
{
    (void)state;
    for (size_t r = 0; r < ARRAY_LEN(domain); r++)
        for (unsigned bits = 0; bits < FACT_BITS; bits++) {
            struct scope_facts facts = facts_of(bits);
            struct principal who = {.kind = PRINCIPAL_SOURCE, .source_id = ME};
            char cell = domain[r].cells[COLUMN_SERVICE][0];
            bool expected = cell == 'Y' || (cell == 'o' && facts.owner_source_id == ME);
            check(permission_allows(&who, domain[r].permission, &facts, NOW), expected, &domain[r],
                  "source");
        }
}

/* In rooms that are no halls: nothing without membership, the matrix within it; reading and writing
 * is for every member. */
static void beside_the_halls_only_members_may_anything(void **state)
{
    (void)state;
    for (size_t r = 0; r < ARRAY_LEN(domain); r++)
        for (int column = COLUMN_UNIT_REP; column <= COLUMN_SYSADMIN; column++)
            for (int place = 0; place < PLACES; place++)
                for (unsigned bits = 0; bits < FACT_BITS; bits++) {
                    struct scope_facts facts = facts_of(bits);
                    struct principal_grant grant =
                        grant_at(role_of_column[column], (enum place)place, NOW + 1);
                    struct principal who = {.kind = PRINCIPAL_ACCOUNT,
                                            .account_id = ME,
                                            .level = WIRE_VERIFICATION_LEVEL_V3,
                                            .grants = &grant,
                                            .grant_count = 1};
                    bool anywhere = permission_allows(&who, domain[r].permission, &facts, NOW);
                    facts.members_only = true;
                    check(permission_allows(&who, domain[r].permission, &facts, NOW),
                          facts.is_member && anywhere, &domain[r], "a member");
                    facts.staff_only = true;
                    bool serves = place != AT_OTHER_STATION && column != COLUMN_AUDITOR &&
                                  column != COLUMN_SYSADMIN;
                    check(permission_allows(&who, domain[r].permission, &facts, NOW),
                          facts.is_member && anywhere && serves, &domain[r], "staff");
                    bool says = domain[r].permission == PERM_HALL_READ ||
                                domain[r].permission == PERM_HALL_POST;
                    if (says && facts.is_member && serves)
                        assert_true(permission_allows(&who, domain[r].permission, &facts, NOW));
                    grant.expires_at = NOW;
                    assert_false(permission_allows(&who, domain[r].permission, &facts, NOW));
                }
}

static void what_a_statement_decides_is_open_to_every_role_that_may_at_all(void **state)
{
    (void)state;
    struct scope_facts facts = {.place_by_statement = true};
    for (int column = COLUMN_UNIT_REP; column <= COLUMN_SYSADMIN; column++) {
        struct principal_grant grant = grant_at(role_of_column[column], AT_OTHER_STATION, NOW + 1);
        struct principal who = {.kind = PRINCIPAL_ACCOUNT,
                                .account_id = ME,
                                .level = WIRE_VERIFICATION_LEVEL_V3,
                                .grants = &grant,
                                .grant_count = 1};
        bool expected =
            column != COLUMN_UNIT_REP && column != COLUMN_AUDITOR && column != COLUMN_SYSADMIN;
        assert_int_equal(permission_allows(&who, PERM_WORK_READ, &facts, NOW), expected);
        grant.expires_at = NOW;
        assert_false(permission_allows(&who, PERM_WORK_READ, &facts, NOW));
    }
    struct principal resident = {
        .kind = PRINCIPAL_ACCOUNT, .account_id = ME, .level = WIRE_VERIFICATION_LEVEL_V3};
    facts.is_member = true;
    assert_false(permission_allows(&resident, PERM_WORK_READ, &facts, NOW));
}

static void a_guest_may_nothing_of_the_matrix(void **state)
{
    (void)state;
    struct principal guest = {.kind = PRINCIPAL_GUEST};
    for (size_t r = 0; r < ARRAY_LEN(domain); r++)
        for (unsigned bits = 0; bits < FACT_BITS; bits++) {
            struct scope_facts facts = facts_of(bits);
            assert_false(permission_allows(&guest, domain[r].permission, &facts, NOW));
        }
    struct scope_facts nothing = {0};
    assert_true(permission_allows(&guest, PERM_ANYONE, &nothing, NOW));
    assert_false(permission_allows(&guest, PERM_LOGGED_IN, &nothing, NOW));
}

static void an_expired_grant_gives_nothing(void **state)
{
    (void)state;
    struct principal_grant grant = grant_at(WIRE_ROLE_STATION_LEADER, AT_STATION, NOW);
    struct principal who = {
        .kind = PRINCIPAL_ACCOUNT, .account_id = ME, .grants = &grant, .grant_count = 1};
    struct scope_facts facts = facts_of(1 + 2 + 16 + 32);
    for (size_t r = 0; r < ARRAY_LEN(domain); r++)
        assert_false(permission_allows(&who, domain[r].permission, &facts, NOW));
    assert_true(permission_allows(&who, PERM_MESSAGE_HIDE, &facts, NOW - 1));
}

static void nobody_decides_where_she_is_a_party(void **state)
{
    (void)state;
    static const enum permission decisions[] = {
        PERM_MEMBER_MUTE,   PERM_ADDRESS_VERIFY,       PERM_ROLE_GRANT,   PERM_FRAUD_ACK,
        PERM_FRAUD_OUTCOME, PERM_FRAUD_PUBLISH_NOTICE, PERM_FRAUD_CANCEL,
        PERM_PERSON_ACTIVATE, PERM_PERSON_WIDEN, PERM_PERSON_LOCATED, PERM_PERSON_REUNITED,
    };
    struct principal_grant grant = grant_at(WIRE_ROLE_STATION_LEADER, AT_STATION, NOW + 1);
    struct principal who = {
        .kind = PRINCIPAL_ACCOUNT, .account_id = ME, .grants = &grant, .grant_count = 1};
    for (size_t i = 0; i < ARRAY_LEN(decisions); i++) {
        struct scope_facts facts = facts_of(1 + 2 + 16 + 32);
        assert_true(permission_allows(&who, decisions[i], &facts, NOW));
        facts.is_party = true;
        assert_false(permission_allows(&who, decisions[i], &facts, NOW));
    }
}

static void unknown_places_match_nothing(void **state)
{
    (void)state;
    struct principal_grant grants[2] = {
        {.role = WIRE_ROLE_OFFICER, .scope_kind = WIRE_SCOPE_KIND_COMMUNITY, .expires_at = NOW + 1},
        {.role = WIRE_ROLE_DISPATCHER,
         .scope_kind = WIRE_SCOPE_KIND_STATION,
         .expires_at = NOW + 1},
    };
    struct principal who = {
        .kind = PRINCIPAL_ACCOUNT, .account_id = ME, .grants = grants, .grant_count = 2};
    struct scope_facts facts = {0};
    for (size_t r = 0; r < ARRAY_LEN(domain); r++)
        assert_false(permission_allows(&who, domain[r].permission, &facts, NOW));
}

static void several_roles_add_up_and_the_highest_is_recorded(void **state)
{
    (void)state;
    struct principal_grant grants[3] = {
        grant_at(WIRE_ROLE_STATION_LEADER, AT_OTHER_STATION, NOW + 1),
        grant_at(WIRE_ROLE_AUXILIARY, AT_COMMUNITY, NOW + 1),
        grant_at(WIRE_ROLE_OFFICER, AT_COMMUNITY, NOW + 1),
    };
    struct principal who = {
        .kind = PRINCIPAL_ACCOUNT, .account_id = ME, .grants = grants, .grant_count = 3};
    struct scope_facts facts = facts_of(0);
    struct permission_decision decision = permission_decide(&who, PERM_MESSAGE_HIDE, &facts, NOW);
    assert_true(decision.allowed);
    assert_int_equal(decision.role, WIRE_ROLE_OFFICER);
}

static void values_that_are_no_permission_refuse_everybody(void **state)
{
    (void)state;
    struct principal_grant grant = grant_at(WIRE_ROLE_STATION_LEADER, AT_STATION, NOW + 1);
    struct principal who = {
        .kind = PRINCIPAL_ACCOUNT, .account_id = ME, .grants = &grant, .grant_count = 1};
    struct scope_facts facts = facts_of(FACT_BITS - 1);
    assert_false(permission_allows(&who, PERM_NONE, &facts, NOW));
    assert_false(permission_allows(&who, PERM_COUNT, &facts, NOW));
}

static void the_badge_is_the_highest_role_that_holds_here(void **state)
{
    (void)state;
    struct scope_facts facts = facts_of(0);
    struct principal_grant grants[3] = {
        grant_at(WIRE_ROLE_GRID_WORKER, AT_GRID_INSIDE, NOW + 1),
        grant_at(WIRE_ROLE_OFFICER, AT_OTHER_COMMUNITY, NOW + 1),
        grant_at(WIRE_ROLE_STATION_LEADER, AT_STATION, NOW),
    };
    struct principal who = {
        .kind = PRINCIPAL_ACCOUNT, .account_id = ME, .grants = grants, .grant_count = 3};
    assert_int_equal(badge_of(&who, &facts, NOW), WIRE_BADGE_GRID_WORKER);
    assert_int_equal(badge_of(&who, &facts, NOW - 1), WIRE_BADGE_STATION_LEADER);
    /* Where the whole station meets, from wherever in it she comes. */
    grants[0].expires_at = NOW;
    assert_int_equal(badge_of(&who, &facts, NOW), WIRE_BADGE_NONE);
    facts.members_only = true;
    assert_int_equal(badge_of(&who, &facts, NOW), WIRE_BADGE_OFFICER);
    facts.station_id = OTHER;
    assert_int_equal(badge_of(&who, &facts, NOW), WIRE_BADGE_NONE);
    who.grant_count = 0;
    assert_int_equal(badge_of(&who, &facts, NOW), WIRE_BADGE_NONE);
}

static void a_copied_principal_stands_alone(void **state)
{
    (void)state;
    struct principal_grant grant = grant_at(WIRE_ROLE_OFFICER, AT_COMMUNITY, NOW + 1);
    char name[] = "王女士";
    struct principal who = {.kind = PRINCIPAL_ACCOUNT,
                            .account_id = ME,
                            .grants = &grant,
                            .grant_count = 1,
                            .display_name = {name, (uint32_t)strlen(name)}};
    struct principal *copy = principal_create(&who);
    memset(name, 'x', sizeof(name));
    grant.role = WIRE_ROLE_SYSADMIN;
    assert_int_equal(copy->grants[0].role, WIRE_ROLE_OFFICER);
    assert_memory_equal(copy->display_name.data, "王女士", copy->display_name.len);
    mem_free(copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_role_in_every_place_may_what_the_domain_says),
        cmocka_unit_test(a_resident_needs_level_and_membership),
        cmocka_unit_test(a_source_may_inject_and_cancel_its_own_only),
        cmocka_unit_test(beside_the_halls_only_members_may_anything),
        cmocka_unit_test(what_a_statement_decides_is_open_to_every_role_that_may_at_all),
        cmocka_unit_test(a_guest_may_nothing_of_the_matrix),
        cmocka_unit_test(an_expired_grant_gives_nothing),
        cmocka_unit_test(nobody_decides_where_she_is_a_party),
        cmocka_unit_test(unknown_places_match_nothing),
        cmocka_unit_test(several_roles_add_up_and_the_highest_is_recorded),
        cmocka_unit_test(values_that_are_no_permission_refuse_everybody),
        cmocka_unit_test(the_badge_is_the_highest_role_that_holds_here),
        cmocka_unit_test(a_copied_principal_stands_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
