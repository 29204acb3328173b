/* Every role × kind × place × part, against the table written down a second time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rules/work_audience.h"
#include "wire/wire.h"

#define NOW 1000
#define STATION 10
#define COMMUNITY 20
#define GRID 30
#define BUILDING 40
#define OTHER 99
#define ME 7

/* s: everything in her scope, g what she was given, - nothing. */
static const struct {
    enum wire_role role;
    const char *kinds; /* alert, dispute, person search */
} expected_table[] = {
    {WIRE_ROLE_RESIDENT, "---"},   {WIRE_ROLE_UNIT_LEADER, "g-g"},
    {WIRE_ROLE_GRID_WORKER, "ggg"}, {WIRE_ROLE_VOLUNTEER, "g-g"},
    {WIRE_ROLE_CADRE, "ggg"},      {WIRE_ROLE_AUXILIARY, "sss"},
    {WIRE_ROLE_OFFICER, "sss"},    {WIRE_ROLE_DISPATCHER, "sss"},
    {WIRE_ROLE_STATION_LEADER, "sss"}, {WIRE_ROLE_AUDITOR, "---"},
    {WIRE_ROLE_SYSADMIN, "---"},   {WIRE_ROLE_UNIT_REP, "---"},
    {WIRE_ROLE_MEDIATOR, "-g-"},   {WIRE_ROLE_GRID_CHIEF, "ggg"},
};

struct place_case {
    uint64_t id;
    uint64_t station_id;
    enum wire_scope_kind kind;
    bool covers;
};
static const struct place_case places[] = {
    {STATION, STATION, WIRE_SCOPE_KIND_STATION, true},
    {COMMUNITY, STATION, WIRE_SCOPE_KIND_COMMUNITY, true},
    {GRID, STATION, WIRE_SCOPE_KIND_GRID, true},
    {BUILDING, STATION, WIRE_SCOPE_KIND_BUILDING, true},
    {OTHER, STATION, WIRE_SCOPE_KIND_COMMUNITY, false},
    {OTHER, STATION, WIRE_SCOPE_KIND_GRID, false},
    {OTHER, STATION, WIRE_SCOPE_KIND_UNIT, false},
    {OTHER, OTHER, WIRE_SCOPE_KIND_STATION, false},
};

static struct work_record record_of(int kind)
{
    return (struct work_record){
        .kind = (enum wire_work_kind)kind,
        .entity_id = 5,
        .no = wire_text_of("D-1"),
        .state = 2,
        .state_version = 3,
        .station_id = STATION,
        .community_id = COMMUNITY,
        .grid_id = GRID,
        .building_id = BUILDING,
        .urgency = WIRE_WORK_URGENCY_YELLOW,
        .title_code = 4,
        .waiting_for = WIRE_WORK_WAITING_LEAD,
        .created_at = 1,
        .updated_at = 2,
    };
}

static struct principal person(const struct principal_grant *grants, uint32_t count)
{
    return (struct principal){.kind = PRINCIPAL_ACCOUNT,
                              .account_id = ME,
                              .level = WIRE_VERIFICATION_LEVEL_V3,
                              .grants = grants,
                              .grant_count = count};
}

static bool expected(char cell, const struct place_case *place, unsigned part, bool leads)
{
    bool given = leads || part == WIRE_WORK_PART_ASSIGNED || part == WIRE_WORK_PART_OFFERED;
    if (cell == '-' || part == WORK_PART_PARTY)
        return false;
    return (cell == 's' && place->covers) || (given && place->station_id == STATION);
}

static void every_role_in_every_place_is_shown_what_is_for_it(void **state)
{
    (void)state;
    for (size_t r = 0; r < ARRAY_LEN(expected_table); r++)
        for (int kind = 1; kind <= WIRE_WORK_KIND_MAX; kind++)
            for (size_t p = 0; p < ARRAY_LEN(places); p++)
                for (unsigned bits = 0; bits < 8; bits++) {
                    struct work_record record = record_of(kind);
                    unsigned part = bits & 3;
                    bool leads = bits & 4;
                    record.lead_account_id = leads ? ME : OTHER;
                    struct principal_grant grant = {
                        .role = expected_table[r].role,
                        .scope_kind = places[p].kind,
                        .scope_id = places[p].id,
                        .station_id = places[p].station_id,
                        .expires_at = NOW + 1,
                    };
                    struct principal who = person(&grant, 1);
                    bool shown = work_is_shown(&record, &who, part, NOW);
                    if (shown != expected(expected_table[r].kinds[kind - 1], &places[p], part,
                                          leads))
                        fail_msg("role %d kind %d place %zu part %u leads %d: %d",
                                 expected_table[r].role, kind, p, part, leads, shown);
                    grant.expires_at = NOW;
                    assert_false(work_is_shown(&record, &who, part, NOW));
                }
}

static void who_has_no_role_is_shown_nothing(void **state)
{
    (void)state;
    struct work_record record = record_of(WIRE_WORK_KIND_ALERT);
    record.lead_account_id = ME;
    struct principal resident = person(NULL, 0);
    assert_false(work_is_shown(&record, &resident, WIRE_WORK_PART_ASSIGNED, NOW));
    struct principal source = {.kind = PRINCIPAL_SOURCE, .source_id = ME};
    assert_false(work_is_shown(&record, &source, WORK_PART_NONE, NOW));
}

static void a_place_that_is_not_known_is_the_stations(void **state)
{
    (void)state;
    struct work_record record = record_of(WIRE_WORK_KIND_ALERT);
    record.community_id = record.grid_id = record.building_id = 0;
    struct principal_grant grants[2] = {
        {.role = WIRE_ROLE_OFFICER, .scope_kind = WIRE_SCOPE_KIND_COMMUNITY,
         .station_id = STATION, .expires_at = NOW + 1}, /* scope_id 0 must match nothing */
        {.role = WIRE_ROLE_DISPATCHER, .scope_kind = WIRE_SCOPE_KIND_STATION, .scope_id = STATION,
         .station_id = STATION, .expires_at = NOW + 1},
    };
    struct principal who = person(grants, 1);
    assert_false(work_is_shown(&record, &who, WORK_PART_NONE, NOW));
    who.grant_count = 2;
    assert_true(work_is_shown(&record, &who, WORK_PART_NONE, NOW));
}

static void the_projection_says_what_is_and_leaves_out_what_is_not(void **state)
{
    (void)state;
    struct work_record record = record_of(WIRE_WORK_KIND_DISPUTE);
    struct wire_work_view view;
    work_project(&record, WORK_PART_NONE, &view);
    assert_int_equal(view.entity_id, 5);
    assert_int_equal(view.urgency, WIRE_WORK_URGENCY_YELLOW);
    assert_true(view.has_community_id);
    assert_false(view.has_lead_account_id || view.has_lead_name || view.has_next_due_at ||
                 view.has_title_detail || view.has_my_part || view.has_community_name);
    record.lead_account_id = ME;
    record.lead_name = wire_text_of("王警官");
    record.next_due_at = NOW;
    record.title_detail = 9;
    record.community_name = wire_text_of("柳荫社区");
    work_project(&record, WIRE_WORK_PART_OFFERED, &view);
    assert_true(view.has_lead_name && view.has_next_due_at && view.has_title_detail &&
                view.has_community_name);
    assert_int_equal(view.my_part, WIRE_WORK_PART_OFFERED);
    work_project(&record, WORK_PART_PARTY, &view);
    assert_false(view.has_my_part);
    struct wire_buffer buffer = {0};
    const struct wire_work_changed event = {
        .work_kind = record.kind, .entity_id = 5, .has_item = true, .item = view};
    assert_int_equal(wire_encode(WIRE_WORK_CHANGED, 0, &event, &buffer), STATUS_OK);
    wire_buffer_deinit(&buffer);
}

static void who_leads_has_it_assigned_unless_she_is_a_party(void **state)
{
    (void)state;
    struct work_record record = record_of(WIRE_WORK_KIND_DISPUTE);
    assert_int_equal(work_part_of(&record, 0, WORK_PART_NONE), WORK_PART_NONE);
    record.lead_account_id = ME;
    assert_int_equal(work_part_of(&record, ME, WORK_PART_NONE), WIRE_WORK_PART_ASSIGNED);
    assert_int_equal(work_part_of(&record, ME, WIRE_WORK_PART_OFFERED), WIRE_WORK_PART_ASSIGNED);
    assert_int_equal(work_part_of(&record, ME, WORK_PART_PARTY), WORK_PART_PARTY);
    assert_int_equal(work_part_of(&record, OTHER, WIRE_WORK_PART_OFFERED),
                     WIRE_WORK_PART_OFFERED);
}

static void the_pairs_of_the_statements_are_the_table(void **state)
{
    (void)state;
    int64_t roles[WORK_PAIRS_MAX];
    int64_t kinds[WORK_PAIRS_MAX];
    size_t count = work_given_pairs(roles, kinds);
    size_t seen = 0;
    for (size_t r = 0; r < ARRAY_LEN(expected_table); r++)
        for (int kind = 1; kind <= WIRE_WORK_KIND_MAX; kind++) {
            bool found = false;
            for (size_t i = 0; i < count; i++)
                found |= roles[i] == (int64_t)expected_table[r].role && kinds[i] == kind;
            assert_int_equal(found, expected_table[r].kinds[kind - 1] != '-');
            seen += found;
        }
    assert_int_equal(seen, count);
    assert_int_equal(ARRAY_LEN(expected_table), WIRE_ROLE_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_role_in_every_place_is_shown_what_is_for_it),
        cmocka_unit_test(who_has_no_role_is_shown_nothing),
        cmocka_unit_test(a_place_that_is_not_known_is_the_stations),
        cmocka_unit_test(the_projection_says_what_is_and_leaves_out_what_is_not),
        cmocka_unit_test(who_leads_has_it_assigned_unless_she_is_a_party),
        cmocka_unit_test(the_pairs_of_the_statements_are_the_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
