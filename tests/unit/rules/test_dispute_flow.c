/* Every state × event pair of a dispute against a table written down a second time, from the
 * domain's D1–D25; then each guard by what it refuses, and each move by who may not make it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rules/dispute_flow.h"

#define STATES (WIRE_DISPUTE_STATE_MAX + 1)

/* One letter per event: where it leads when every guard is satisfied; '-' is refused, '=' stays.
 * s submitted, a accepted, g assigned, m mediating, p paused, r agreed, f performing, v revisiting,
 * u unsettled, t tracking, e referred, c closed resolved, n closed unresolved, j rejected,
 * w withdrawn, x merged.
 * Events: submit merge reject refer accept | settle_on_scene assign start pause resume | agree
 * unsettle retry track close_unresolved | perform fulfil breach resolve recur | withdraw reopen
 * colour give_back classify | add note deadline warning */
static const char *const expected[STATES] = {
    "s----------------------------", /* nothing */
    "-xjeav--------------w-=-=====", /* submitted */
    "---e-vg-------------w-=-=====", /* accepted */
    "---e---m------------w-=a=====", /* assigned */
    "---e----p-ru--------w-=-=====", /* mediating */
    "---e-----m------------=-=====", /* paused */
    "---------------f------=--====", /* agreed */
    "----------------vm----=--====", /* performing */
    "------------------ca--=--====", /* revisiting */
    "---e--------mt--------=-=====", /* unsettled */
    "------------m-n-------=--====", /* tracking */
    "---------------------a---====", /* referred */
    "-------------------a-a----=--", /* closed_resolved */
    "---------------------a----=--", /* closed_unresolved */
    "---------------------a----=--", /* rejected */
    "---------------------a----=--", /* withdrawn */
    "--------------------------=--", /* merged */
};
static const char letters[STATES + 1] = "0sagmprfvutecnjwx";

/* Everything as every guard wants it. */
static struct dispute_facts willing(void)
{
    return (struct dispute_facts){
        .colour = WIRE_DISPUTE_COLOUR_BLUE,
        .role = WIRE_ROLE_OFFICER,
        .place_known = true,
        .same_quarrel = true,
        .target_open = true,
        .has_public_reason = true,
        .guard_answered = true,
        .guard_all_no = true,
        .classified = true,
        .both_agree = true,
        .lead_available = true,
        .is_lead = true,
        .is_officer = true,
        .is_system = true,
        .is_reporter = true,
        .party_consents = true,
        .pause_left = true,
        .joint_held = true,
        .party_refuses = true,
        .all_signed = true,
        .both_consent = true,
        .reason_given = true,
        .parties_gone_or_180d = true,
        .obligations = true,
        .obligations_done = true,
        .breach_recorded = true,
        .parties_willing = true,
        .resolved = true,
        .within_180d = true,
    };
}

static enum wire_dispute_state state_of(char letter)
{
    for (int s = 0; s < STATES; s++)
        if (letters[s] == letter)
            return (enum wire_dispute_state)s;
    fail_msg("no state %c", letter);
    return 0;
}

static void every_state_and_event_answers_as_the_table_says(void **state)
{
    (void)state;
    const struct dispute_facts facts = willing();
    for (int s = 0; s < STATES; s++) {
        for (int e = 1; e <= WIRE_DISPUTE_EVENT_MAX; e++) {
            enum wire_dispute_state next = (enum wire_dispute_state)s;
            enum status status = dispute_flow_next((enum wire_dispute_state)s,
                                                   (enum wire_dispute_event)e, &facts, &next);
            char letter = expected[s][e - 1];
            if (letter == '-') {
                if (status != STATUS_CONFLICT)
                    fail_msg("state %d event %d leads to %d", s, e, next);
                assert_int_equal(next, s);
                continue;
            }
            if (status != STATUS_OK)
                fail_msg("state %d event %d is refused", s, e);
            assert_int_equal(next, letter == '=' ? s : (int)state_of(letter));
            assert_true(dispute_flow_has((enum wire_dispute_state)s, (enum wire_dispute_event)e));
        }
    }
}

/* Handing over what was broken is for parties who do not want to go on: the pair the table above
 * cannot show beside D18. */
static void a_broken_agreement_goes_on_or_is_handed_over(void **state)
{
    (void)state;
    struct dispute_facts facts = willing();
    enum wire_dispute_state next = WIRE_DISPUTE_STATE_PERFORMING;
    facts.parties_willing = false;
    assert_int_equal(dispute_flow_next(next, WIRE_DISPUTE_EVENT_BREACH, &facts, &next),
                     STATUS_CONFLICT);
    assert_int_equal(dispute_flow_next(next, WIRE_DISPUTE_EVENT_REFER, &facts, &next), STATUS_OK);
    assert_int_equal(next, WIRE_DISPUTE_STATE_REFERRED);
    facts = willing();
    facts.obligations = false;
    next = WIRE_DISPUTE_STATE_AGREED;
    assert_int_equal(dispute_flow_next(next, WIRE_DISPUTE_EVENT_PERFORM, &facts, &next), STATUS_OK);
    assert_int_equal(next, WIRE_DISPUTE_STATE_REVISITING);
}

/* No transition leaves an end but the listed reopens (invariant 6). */
static void only_a_reopening_leads_out_of_an_end(void **state)
{
    (void)state;
    for (int s = 1; s < STATES; s++) {
        bool leads_out = false;
        for (int e = 1; e <= WIRE_DISPUTE_EVENT_MAX; e++) {
            char letter = expected[s][e - 1];
            if (letter != '-' && letter != '=' && e != WIRE_DISPUTE_EVENT_REOPEN &&
                e != WIRE_DISPUTE_EVENT_RECUR)
                leads_out = true;
        }
        bool is_end = s >= WIRE_DISPUTE_STATE_CLOSED_RESOLVED;
        assert_int_equal(dispute_state_is_terminal((enum wire_dispute_state)s), is_end);
        assert_int_equal(leads_out, !is_end && s != WIRE_DISPUTE_STATE_REFERRED);
        /* Nothing waits for ever (invariant 22); what has ended waits for nothing. */
        assert_int_equal(dispute_state_timers((enum wire_dispute_state)s) != 0, !is_end);
    }
}

struct refusal {
    enum wire_dispute_state state;
    enum wire_dispute_event event;
    size_t fact; /* offset of a bool that is turned */
    enum status status;
};
#define TURNED(s, e, fact, status)                                                                 \
    {                                                                                              \
        WIRE_DISPUTE_STATE_##s, WIRE_DISPUTE_EVENT_##e, offsetof(struct dispute_facts, fact),      \
            STATUS_##status                                                                        \
    }

static const struct refusal refusals[] = {
    TURNED(SUBMITTED, MERGE, same_quarrel, CONFLICT),
    TURNED(SUBMITTED, MERGE, target_open, CONFLICT),
    TURNED(SUBMITTED, REJECT, has_public_reason, CONFLICT),
    TURNED(PAUSED, REFER, has_public_reason, CONFLICT),
    TURNED(SUBMITTED, ACCEPT, guard_answered, CONFLICT),
    TURNED(SUBMITTED, ACCEPT, guard_forbids, MEDIATION_FORBIDDEN),
    TURNED(SUBMITTED, ACCEPT, classified, CONFLICT),
    TURNED(SUBMITTED, SETTLE_ON_SCENE, guard_answered, CONFLICT),
    TURNED(SUBMITTED, SETTLE_ON_SCENE, guard_forbids, MEDIATION_FORBIDDEN),
    TURNED(ACCEPTED, SETTLE_ON_SCENE, guard_all_no, CONFLICT),
    TURNED(ACCEPTED, SETTLE_ON_SCENE, both_agree, CONFLICT),
    TURNED(ACCEPTED, ASSIGN, guard_answered, CONFLICT),
    TURNED(ACCEPTED, ASSIGN, guard_forbids, MEDIATION_FORBIDDEN),
    TURNED(ACCEPTED, ASSIGN, lead_available, CONFLICT),
    TURNED(ACCEPTED, ASSIGN, lead_is_party, CONFLICT),
    TURNED(ASSIGNED, GIVE_BACK, is_system, CONFLICT),
    TURNED(ASSIGNED, START, is_lead, CONFLICT),
    TURNED(ASSIGNED, START, party_consents, CONFLICT),
    TURNED(ASSIGNED, START, guardian_missing, CONFLICT),
    TURNED(ASSIGNED, START, guard_answered, CONFLICT),
    TURNED(ASSIGNED, START, guard_forbids, MEDIATION_FORBIDDEN),
    TURNED(MEDIATING, PAUSE, pause_left, CONFLICT),
    TURNED(MEDIATING, AGREE, all_signed, CONFLICT),
    TURNED(MEDIATING, UNSETTLE, is_lead, CONFLICT),
    TURNED(UNSETTLED, RETRY, limit_exceeded, CONFLICT),
    TURNED(UNSETTLED, RETRY, guard_forbids, MEDIATION_FORBIDDEN),
    TURNED(TRACKING, RETRY, both_consent, CONFLICT),
    TURNED(TRACKING, RETRY, reason_given, CONFLICT),
    TURNED(TRACKING, RETRY, guard_forbids, MEDIATION_FORBIDDEN),
    TURNED(TRACKING, CLOSE_UNRESOLVED, parties_gone_or_180d, CONFLICT),
    TURNED(PERFORMING, FULFIL, obligations_done, CONFLICT),
    TURNED(PERFORMING, BREACH, breach_recorded, CONFLICT),
    TURNED(REVISITING, RESOLVE, resolved, CONFLICT),
    TURNED(CLOSED_RESOLVED, REOPEN, reason_given, CONFLICT),
    TURNED(CLOSED_RESOLVED, RECUR, same_quarrel, CONFLICT),
    TURNED(CLOSED_RESOLVED, RECUR, is_officer, CONFLICT),
    TURNED(MEDIATING, DEADLINE, is_system, CONFLICT),
    TURNED(MEDIATING, WARNING, is_system, CONFLICT),
};

static void each_guard_refuses_what_it_is_there_for(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        struct dispute_facts facts = willing();
        bool *fact = (bool *)((char *)&facts + refusals[i].fact);
        enum wire_dispute_state next = refusals[i].state;
        *fact = !*fact;
        enum status status = dispute_flow_next(refusals[i].state, refusals[i].event, &facts, &next);
        if (status != refusals[i].status)
            fail_msg("row %zu: %s", i, status_name(status));
        assert_int_equal(next, refusals[i].state);
    }
}

/* Who acts decides: a row is state, event, who, whether she may. */
enum who { BY_REPORTER, BY_LEAD, BY_OFFICER, BY_CLOCK, BY_NOBODY };
static struct dispute_facts acting(enum who who)
{
    struct dispute_facts facts = willing();
    facts.is_reporter = who == BY_REPORTER;
    facts.is_lead = who == BY_LEAD;
    facts.is_officer = who == BY_OFFICER;
    facts.is_system = who == BY_CLOCK;
    facts.role = who == BY_LEAD ? WIRE_ROLE_MEDIATOR : WIRE_ROLE_RESIDENT;
    if (who == BY_OFFICER)
        facts.role = WIRE_ROLE_OFFICER;
    return facts;
}

static const struct {
    enum wire_dispute_state state;
    enum wire_dispute_event event;
    const char *may; /* reporter lead officer clock nobody: y or - */
} actors[] = {
    {WIRE_DISPUTE_STATE_ASSIGNED, WIRE_DISPUTE_EVENT_START, "-y---"},
    {WIRE_DISPUTE_STATE_MEDIATING, WIRE_DISPUTE_EVENT_PAUSE, "-yy--"},
    {WIRE_DISPUTE_STATE_PAUSED, WIRE_DISPUTE_EVENT_RESUME, "-yyy-"},
    {WIRE_DISPUTE_STATE_MEDIATING, WIRE_DISPUTE_EVENT_UNSETTLE, "-y---"},
    {WIRE_DISPUTE_STATE_UNSETTLED, WIRE_DISPUTE_EVENT_RETRY, "-yy--"},
    {WIRE_DISPUTE_STATE_SUBMITTED, WIRE_DISPUTE_EVENT_WITHDRAW, "y-y--"},
    {WIRE_DISPUTE_STATE_MEDIATING, WIRE_DISPUTE_EVENT_WITHDRAW, "y-y--"},
    {WIRE_DISPUTE_STATE_REJECTED, WIRE_DISPUTE_EVENT_REOPEN, "y-y--"},
    {WIRE_DISPUTE_STATE_REFERRED, WIRE_DISPUTE_EVENT_REOPEN, "y-y--"},
    {WIRE_DISPUTE_STATE_ASSIGNED, WIRE_DISPUTE_EVENT_GIVE_BACK, "---y-"},
    {WIRE_DISPUTE_STATE_TRACKING, WIRE_DISPUTE_EVENT_DEADLINE, "---y-"},
};

static void who_acts_decides(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(actors) / sizeof(actors[0]); i++) {
        for (int who = BY_REPORTER; who <= BY_NOBODY; who++) {
            const struct dispute_facts facts = acting((enum who)who);
            enum wire_dispute_state next;
            enum status status = dispute_flow_next(actors[i].state, actors[i].event, &facts, &next);
            if ((status == STATUS_OK) != (actors[i].may[who] == 'y'))
                fail_msg("row %zu, actor %d: %s", i, who, status_name(status));
        }
    }
}

static void a_grid_worker_settles_what_is_blue(void **state)
{
    (void)state;
    struct dispute_facts facts = willing();
    enum wire_dispute_state next;
    facts.role = WIRE_ROLE_GRID_WORKER;
    for (int colour = WIRE_DISPUTE_COLOUR_BLUE; colour <= WIRE_DISPUTE_COLOUR_RED; colour++) {
        facts.colour = (enum wire_dispute_colour)colour;
        assert_int_equal(dispute_flow_next(WIRE_DISPUTE_STATE_SUBMITTED,
                                           WIRE_DISPUTE_EVENT_SETTLE_ON_SCENE, &facts, &next),
                         colour == WIRE_DISPUTE_COLOUR_BLUE ? STATUS_OK : STATUS_CONFLICT);
    }
}

static void the_head_of_a_grid_accepts_and_settles_what_is_blue(void **state)
{
    (void)state;
    static const enum wire_dispute_event events[] = {WIRE_DISPUTE_EVENT_ACCEPT,
                                                     WIRE_DISPUTE_EVENT_SETTLE_ON_SCENE};
    struct dispute_facts facts = willing();
    enum wire_dispute_state next;
    facts.role = WIRE_ROLE_GRID_CHIEF;
    for (int colour = WIRE_DISPUTE_COLOUR_BLUE; colour <= WIRE_DISPUTE_COLOUR_RED; colour++)
        for (size_t i = 0; i < sizeof(events) / sizeof(*events); i++) {
            facts.colour = (enum wire_dispute_colour)colour;
            assert_int_equal(
                dispute_flow_next(WIRE_DISPUTE_STATE_SUBMITTED, events[i], &facts, &next),
                colour == WIRE_DISPUTE_COLOUR_BLUE ? STATUS_OK : STATUS_CONFLICT);
        }
}

static void danger_and_half_a_year_need_an_officer(void **state)
{
    (void)state;
    struct dispute_facts facts = acting(BY_REPORTER);
    enum wire_dispute_state next;
    facts.risk = true;
    assert_int_equal(
        dispute_flow_next(WIRE_DISPUTE_STATE_SUBMITTED, WIRE_DISPUTE_EVENT_WITHDRAW, &facts, &next),
        STATUS_CONFLICT);
    facts.within_180d = false;
    assert_int_equal(
        dispute_flow_next(WIRE_DISPUTE_STATE_REJECTED, WIRE_DISPUTE_EVENT_REOPEN, &facts, &next),
        STATUS_CONFLICT);
    facts = acting(BY_OFFICER);
    facts.risk = true;
    facts.within_180d = false;
    assert_int_equal(
        dispute_flow_next(WIRE_DISPUTE_STATE_SUBMITTED, WIRE_DISPUTE_EVENT_WITHDRAW, &facts, &next),
        STATUS_OK);
    assert_int_equal(
        dispute_flow_next(WIRE_DISPUTE_STATE_REJECTED, WIRE_DISPUTE_EVENT_REOPEN, &facts, &next),
        STATUS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_and_event_answers_as_the_table_says),
        cmocka_unit_test(a_broken_agreement_goes_on_or_is_handed_over),
        cmocka_unit_test(only_a_reopening_leads_out_of_an_end),
        cmocka_unit_test(each_guard_refuses_what_it_is_there_for),
        cmocka_unit_test(who_acts_decides),
        cmocka_unit_test(a_grid_worker_settles_what_is_blue),
        cmocka_unit_test(the_head_of_a_grid_accepts_and_settles_what_is_blue),
        cmocka_unit_test(danger_and_half_a_year_need_an_officer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
