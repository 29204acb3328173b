/* Every state × event × role of the search for a missing person, against a table written down a
 * second time; its guards; random walks that keep what must always hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rules/person_audience.h"
#include "rules/person_flow.h"

#define STATES WIRE_PERSON_STATE_MAX

/* A letter per role; K is the clock. */
static const char role_letters[WIRE_ROLE_MAX + 1] = {
    [0] = 'K',
    [WIRE_ROLE_RESIDENT] = 'R',
    [WIRE_ROLE_UNIT_LEADER] = 'L',
    [WIRE_ROLE_GRID_WORKER] = 'G',
    [WIRE_ROLE_GRID_CHIEF] = 'G',
    [WIRE_ROLE_VOLUNTEER] = 'V',
    [WIRE_ROLE_CADRE] = 'C',
    [WIRE_ROLE_AUXILIARY] = 'A',
    [WIRE_ROLE_OFFICER] = 'O',
    [WIRE_ROLE_DISPATCHER] = 'D',
    [WIRE_ROLE_STATION_LEADER] = 'S',
    [WIRE_ROLE_AUDITOR] = 'T',
    [WIRE_ROLE_SYSADMIN] = 'Y',
    [WIRE_ROLE_UNIT_REP] = 'U',
    [WIRE_ROLE_MEDIATOR] = 'M',
};
#define EVERYBODY "RLGVCAODSTYUM"
#define OFFICERS  "ODS"

/* P2–P11, as the domain has them; what is not here is refused. */
static const struct {
    enum wire_person_state from;
    enum person_event event;
    const char *roles;
    enum wire_person_state to;
} domain[] = {
    {WIRE_PERSON_STATE_REPORTED, PERSON_VERIFY, "K", WIRE_PERSON_STATE_VERIFYING},
    {WIRE_PERSON_STATE_VERIFYING, PERSON_ACTIVATE, OFFICERS, WIRE_PERSON_STATE_ACTIVE},
    {WIRE_PERSON_STATE_VERIFYING, PERSON_REJECT, OFFICERS, WIRE_PERSON_STATE_CANCELLED},
    {WIRE_PERSON_STATE_ACTIVE, PERSON_WIDEN, "DSK", WIRE_PERSON_STATE_ACTIVE},
    {WIRE_PERSON_STATE_ACTIVE, PERSON_OBJECT, EVERYBODY, WIRE_PERSON_STATE_SUSPENDED},
    {WIRE_PERSON_STATE_SUSPENDED, PERSON_RESUME, OFFICERS, WIRE_PERSON_STATE_ACTIVE},
    {WIRE_PERSON_STATE_ACTIVE, PERSON_LOCATED, "GVCA" OFFICERS, WIRE_PERSON_STATE_LOCATED},
    {WIRE_PERSON_STATE_LOCATED, PERSON_REUNITED, "A" OFFICERS, WIRE_PERSON_STATE_REUNITED},
    {WIRE_PERSON_STATE_LOCATED, PERSON_NOT_SAME, OFFICERS, WIRE_PERSON_STATE_ACTIVE},
    {WIRE_PERSON_STATE_ACTIVE, PERSON_CLOSE, OFFICERS, WIRE_PERSON_STATE_CLOSED_OTHER},
    {WIRE_PERSON_STATE_LOCATED, PERSON_CLOSE, OFFICERS, WIRE_PERSON_STATE_CLOSED_OTHER},
    {WIRE_PERSON_STATE_REPORTED, PERSON_CANCEL, OFFICERS, WIRE_PERSON_STATE_CANCELLED},
    {WIRE_PERSON_STATE_VERIFYING, PERSON_CANCEL, OFFICERS, WIRE_PERSON_STATE_CANCELLED},
    {WIRE_PERSON_STATE_ACTIVE, PERSON_CANCEL, OFFICERS, WIRE_PERSON_STATE_CANCELLED},
    {WIRE_PERSON_STATE_SUSPENDED, PERSON_CANCEL, OFFICERS, WIRE_PERSON_STATE_CANCELLED},
    {WIRE_PERSON_STATE_LOCATED, PERSON_CANCEL, OFFICERS, WIRE_PERSON_STATE_CANCELLED},
};

static const struct person_facts willing = {
    .reporter_checked = true,
    .consents = true,
    .risk_known = true,
    .claim_recorded = true,
    .identity_checked = true,
    .handover_recorded = true,
    .two_people = true,
    .widens = true,
};

static void every_state_event_and_role_answers_as_the_domain_says(void **unused)
{
    (void)unused;
    for (int s = 1; s <= STATES; s++)
        for (int e = PERSON_VERIFY; e < PERSON_EVENT_COUNT; e++)
            for (int role = 0; role <= WIRE_ROLE_MAX; role++) {
                enum status expected = STATUS_CONFLICT;
                enum wire_person_state to = 0;
                for (size_t d = 0; d < ARRAY_LEN(domain); d++) {
                    if (domain[d].from != (enum wire_person_state)s ||
                        domain[d].event != (enum person_event)e)
                        continue;
                    bool may = strchr(domain[d].roles, role_letters[role]) != NULL;
                    expected = may ? STATUS_OK : STATUS_NOT_FOUND;
                    to = domain[d].to;
                }
                struct person_facts facts = willing;
                facts.role = (enum wire_role)role;
                enum wire_person_state next = 0;
                enum status status = person_flow_next((enum wire_person_state)s,
                                                      (enum person_event)e, &facts, &next);
                if (status != expected || next != (status == STATUS_OK ? to : 0))
                    fail_msg("state %d event %d role %c: %d", s, e, role_letters[role], status);
            }
}

static void each_guard_alone_refuses(void **unused)
{
    (void)unused;
    const struct {
        enum wire_person_state state;
        enum person_event event;
        size_t fact; /* which one is missing */
    } rows[] = {
        {WIRE_PERSON_STATE_VERIFYING, PERSON_ACTIVATE,
         offsetof(struct person_facts, reporter_checked)},
        {WIRE_PERSON_STATE_VERIFYING, PERSON_ACTIVATE, offsetof(struct person_facts, consents)},
        {WIRE_PERSON_STATE_VERIFYING, PERSON_ACTIVATE, offsetof(struct person_facts, risk_known)},
        {WIRE_PERSON_STATE_ACTIVE, PERSON_OBJECT, offsetof(struct person_facts, claim_recorded)},
        {WIRE_PERSON_STATE_ACTIVE, PERSON_WIDEN, offsetof(struct person_facts, widens)},
        {WIRE_PERSON_STATE_ACTIVE, PERSON_CLOSE, offsetof(struct person_facts, two_people)},
        {WIRE_PERSON_STATE_LOCATED, PERSON_CLOSE, offsetof(struct person_facts, two_people)},
        {WIRE_PERSON_STATE_LOCATED, PERSON_REUNITED,
         offsetof(struct person_facts, identity_checked)},
        {WIRE_PERSON_STATE_LOCATED, PERSON_REUNITED,
         offsetof(struct person_facts, handover_recorded)},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct person_facts facts = willing;
        enum wire_person_state next = 0;
        facts.role = WIRE_ROLE_STATION_LEADER;
        *(bool *)((char *)&facts + rows[i].fact) = false;
        assert_int_equal(person_flow_next(rows[i].state, rows[i].event, &facts, &next),
                         STATUS_CONFLICT);
        assert_int_equal(next, 0);
    }
}

static void consent_is_the_guardians_or_the_officers_note(void **unused)
{
    (void)unused;
    const struct {
        struct person_consent_facts facts;
        bool suffices;
    } rows[] = {
        {{WIRE_PERSON_CONSENT_GUARDIAN, true, true, false}, true},
        {{WIRE_PERSON_CONSENT_REPORTER, false, false, false}, true},
        {{WIRE_PERSON_CONSENT_REPORTER, true, false, false}, false},
        {{WIRE_PERSON_CONSENT_REPORTER, false, true, false}, false},
        {{WIRE_PERSON_CONSENT_DUTY_NOTE, true, true, true}, true},
        {{WIRE_PERSON_CONSENT_DUTY_NOTE, true, true, false}, false},
        {{0, false, false, true}, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_int_equal(person_consent_suffices(&rows[i].facts), rows[i].suffices);
}

static void a_child_dementia_or_self_harm_is_high_risk(void **unused)
{
    (void)unused;
    const enum wire_person_risk none[] = {WIRE_PERSON_RISK_ILLNESS, WIRE_PERSON_RISK_OTHER};
    const enum wire_person_risk dementia[] = {WIRE_PERSON_RISK_ILLNESS, WIRE_PERSON_RISK_DEMENTIA};
    const enum wire_person_risk harm[] = {WIRE_PERSON_RISK_SELF_HARM};
    assert_true(person_risk_is_high(WIRE_AGE_BAND_FROM_7, none, 0));
    assert_false(person_risk_is_high(WIRE_AGE_BAND_FROM_14, none, 2));
    assert_true(person_risk_is_high(WIRE_AGE_BAND_FROM_75, dementia, 2));
    assert_true(person_risk_is_high(WIRE_AGE_BAND_FROM_18, harm, 1));
    assert_false(person_risk_is_high(WIRE_AGE_BAND_FROM_75, none, 2));
}

static void closing_needs_two_and_one_of_them_leads(void **unused)
{
    (void)unused;
    const struct person_closing by_officer = {7, WIRE_ROLE_OFFICER, WIRE_PERSON_OUTCOME_DECEASED,
                                              1000};
    const struct person_closing by_leader = {7, WIRE_ROLE_STATION_LEADER,
                                             WIRE_PERSON_OUTCOME_DECEASED, 1000};
    const struct {
        const struct person_closing *closing;
        uint64_t account_id;
        enum wire_role role;
        enum wire_person_outcome outcome;
        int64_t now;
        bool agrees;
    } rows[] = {
        {&by_officer, 8, WIRE_ROLE_STATION_LEADER, WIRE_PERSON_OUTCOME_DECEASED, 999, true},
        {&by_leader, 8, WIRE_ROLE_OFFICER, WIRE_PERSON_OUTCOME_DECEASED, 999, true},
        {&by_officer, 8, WIRE_ROLE_OFFICER, WIRE_PERSON_OUTCOME_DECEASED, 999, false},
        {&by_officer, 7, WIRE_ROLE_STATION_LEADER, WIRE_PERSON_OUTCOME_DECEASED, 999, false},
        {&by_officer, 8, WIRE_ROLE_STATION_LEADER, WIRE_PERSON_OUTCOME_SAFE_ELSEWHERE, 999, false},
        {&by_officer, 8, WIRE_ROLE_STATION_LEADER, WIRE_PERSON_OUTCOME_DECEASED, 1000, false},
        {&(struct person_closing){0}, 8, WIRE_ROLE_STATION_LEADER, 0, 0, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_int_equal(person_closing_agrees(rows[i].closing, rows[i].account_id, rows[i].role,
                                               rows[i].outcome, rows[i].now),
                         rows[i].agrees);
}

static void rings_widen_to_the_station_and_no_further(void **unused)
{
    (void)unused;
    for (int from = WIRE_PERSON_RING_COMMUNITY; from <= WIRE_PERSON_RING_CITY; from++)
        for (int to = 0; to <= WIRE_PERSON_RING_CITY; to++)
            assert_int_equal(
                person_ring_widens((enum wire_person_ring)from, (enum wire_person_ring)to),
                from == WIRE_PERSON_RING_COMMUNITY && to == WIRE_PERSON_RING_STATION);
    assert_int_equal(person_first_ring(WIRE_PERSON_RISK_CLASS_HIGH), WIRE_PERSON_RING_STATION);
    assert_int_equal(person_first_ring(WIRE_PERSON_RISK_CLASS_NORMAL), WIRE_PERSON_RING_COMMUNITY);
    assert_int_equal(person_widen_after_ms(WIRE_PERSON_RING_COMMUNITY), 600000);
    assert_int_equal(person_widen_after_ms(WIRE_PERSON_RING_STATION), 0);
}

static void nobody_answers_and_the_next_is_told(void **unused)
{
    (void)unused;
    struct person_deadline first = person_deadline_of(WIRE_PERSON_STATE_VERIFYING, 0);
    assert_string_equal(first.name, "verify_by");
    assert_int_equal(first.wait_ms, 5 * 60000);
    assert_int_equal(first.tells, WIRE_ROLE_DISPATCHER);
    assert_int_equal(person_deadline_of(WIRE_PERSON_STATE_VERIFYING, 1).tells,
                     WIRE_ROLE_STATION_LEADER);
    assert_int_equal(person_deadline_of(WIRE_PERSON_STATE_SUSPENDED, 0).wait_ms, 5 * 60000);
    assert_true(person_take_down_suffices(0, 0));
    assert_true(person_take_down_suffices(100, 99));
    assert_false(person_take_down_suffices(100, 98));
    assert_false(person_take_down_suffices(1, 0));
}

/* Invariants 6, 12 and 22 of the domain, over random walks of random people. */
static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static void check_what_is_seen(enum wire_person_state state, bool is_shown)
{
    for (int a = WIRE_PERSON_AUDIENCE_PUBLIC; a <= WIRE_PERSON_AUDIENCE_OFFICERS; a++) {
        enum wire_person_audience audience = (enum wire_person_audience)a;
        bool pictures = person_pictures_visible(audience, state);
        if (audience == WIRE_PERSON_AUDIENCE_PUBLIC)
            assert_int_equal(pictures, is_shown);
        if (audience != WIRE_PERSON_AUDIENCE_OFFICERS && person_state_is_terminal(state))
            assert_false(pictures); /* 12 */
    }
}

static void walk(uint32_t *seed)
{
    enum wire_person_state state = WIRE_PERSON_STATE_REPORTED;
    bool is_shown = false; /* what the moves said of showing and hiding */
    for (int step = 0; step < 100; step++) {
        struct person_facts facts = willing;
        enum wire_person_state next = state;
        facts.role = (enum wire_role)(next_random(seed) % (WIRE_ROLE_MAX + 1));
        facts.consents = next_random(seed) % 4 != 0;
        facts.two_people = next_random(seed) % 2 != 0;
        enum person_event event =
            (enum person_event)(1 + next_random(seed) % (PERSON_EVENT_COUNT - 1));
        enum status status = person_flow_next(state, event, &facts, &next);
        if (status != STATUS_OK) {
            assert_int_equal(next, state);
            continue;
        }
        assert_false(person_state_is_terminal(state)); /* 6 */
        if (person_move_hides(state, next))
            is_shown = false;
        else if (person_state_is_public(next))
            is_shown = true;
        if (next == WIRE_PERSON_STATE_ACTIVE && state == WIRE_PERSON_STATE_VERIFYING)
            assert_true(facts.consents);
        state = next;
        assert_int_equal(is_shown, state == WIRE_PERSON_STATE_ACTIVE);
        check_what_is_seen(state, is_shown);
        struct person_deadline deadline = person_deadline_of(state, next_random(seed) % 5); /* 22 */
        assert_int_equal(deadline.name == NULL, person_state_is_terminal(state));
        assert_int_equal(deadline.wait_ms > 0, !person_state_is_terminal(state));
        if (person_state_is_terminal(state) && next_random(seed) % 4 == 0)
            return;
    }
}

static void random_walks_keep_the_invariants(void **unused)
{
    (void)unused;
    const char *deep = getenv("HALL_DEEP");
    int walks = deep != NULL && deep[0] == '1' ? 1000000 : 100000;
    uint32_t seed = 20231201;
    for (int i = 0; i < walks; i++)
        walk(&seed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_event_and_role_answers_as_the_domain_says),
        cmocka_unit_test(each_guard_alone_refuses),
        cmocka_unit_test(consent_is_the_guardians_or_the_officers_note),
        cmocka_unit_test(a_child_dementia_or_self_harm_is_high_risk),
        cmocka_unit_test(closing_needs_two_and_one_of_them_leads),
        cmocka_unit_test(rings_widen_to_the_station_and_no_further),
        cmocka_unit_test(nobody_answers_and_the_next_is_told),
        cmocka_unit_test(random_walks_keep_the_invariants),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
