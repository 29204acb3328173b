/* Every state × event pair of the fraud alert, against a table written independently. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rules/alert_flow.h"

#define STATES 9

static const enum wire_alert_state all_states[STATES] = {
    WIRE_ALERT_STATE_RECEIVED,   WIRE_ALERT_STATE_DISPATCHED, WIRE_ALERT_STATE_ACKNOWLEDGED,
    WIRE_ALERT_STATE_CONTACTING, WIRE_ALERT_STATE_CONTACTED,  WIRE_ALERT_STATE_FOLLOWUP,
    WIRE_ALERT_STATE_CLOSED,     WIRE_ALERT_STATE_CANCELLED,  WIRE_ALERT_STATE_EXPIRED,
};

/* One letter per event: where it leads when every guard is satisfied; '-' is refused.
 * d dispatched, a acknowledged, c contacting, m met, f followup, x closed, k cancelled, e expired.
 * Events: dispatch ack unclaim timeout en_route contact outcome safe relapse give_up cancel
 * expire */
static const char *const expected[STATES] = {
    "d---------ke", /* received */
    "-a--------ke", /* dispatched */
    "--ddc-----k-", /* acknowledged */
    "-----m---xk-", /* contacting */
    "------f---k-", /* contacted */
    "-------xd-k-", /* followup */
    "------------", /* closed */
    "------------", /* cancelled */
    "------------", /* expired */
};

static enum wire_alert_state state_of(char letter)
{
    switch (letter) {
    case 'd': return WIRE_ALERT_STATE_DISPATCHED;
    case 'a': return WIRE_ALERT_STATE_ACKNOWLEDGED;
    case 'c': return WIRE_ALERT_STATE_CONTACTING;
    case 'm': return WIRE_ALERT_STATE_CONTACTED;
    case 'f': return WIRE_ALERT_STATE_FOLLOWUP;
    case 'x': return WIRE_ALERT_STATE_CLOSED;
    case 'k': return WIRE_ALERT_STATE_CANCELLED;
    default: return WIRE_ALERT_STATE_EXPIRED;
    }
}

static void every_state_and_event_answers_as_the_table_says(void **state)
{
    (void)state;
    const struct alert_facts willing = {.level = WIRE_ALERT_LEVEL_MEDIUM,
                                        .contact_sufficient = true,
                                        .ladder_exhausted = true,
                                        .second_approver = true};
    for (size_t s = 0; s < STATES; s++) {
        for (int e = ALERT_DISPATCH; e < ALERT_EVENT_COUNT; e++) {
            enum wire_alert_state next = all_states[s];
            enum status status =
                alert_flow_next(all_states[s], (enum alert_event)e, &willing, &next);
            char letter = expected[s][e - 1];
            if (letter == '-') {
                assert_int_equal(status, STATUS_CONFLICT);
                assert_int_equal(next, all_states[s]);
            } else {
                assert_int_equal(status, STATUS_OK);
                assert_int_equal(next, state_of(letter));
            }
        }
    }
}

static void no_event_leads_out_of_a_terminal_state(void **state)
{
    (void)state;
    for (size_t s = 0; s < STATES; s++) {
        bool has_way_out = false;
        for (const char *letter = expected[s]; *letter != '\0'; letter++)
            has_way_out = has_way_out || *letter != '-';
        assert_int_equal(alert_state_is_terminal(all_states[s]), !has_way_out);
    }
}

static void a_critical_or_high_order_is_not_dropped_by_the_clock(void **state)
{
    (void)state;
    const enum wire_alert_level levels[] = {WIRE_ALERT_LEVEL_CRITICAL, WIRE_ALERT_LEVEL_HIGH};
    for (size_t i = 0; i < 2; i++) {
        const struct alert_facts facts = {.level = levels[i]};
        enum wire_alert_state next;
        assert_int_equal(alert_flow_next(WIRE_ALERT_STATE_DISPATCHED, ALERT_EXPIRE, &facts, &next),
                         STATUS_CONFLICT);
    }
}

static void a_phone_call_alone_is_not_a_contact(void **state)
{
    (void)state;
    const struct alert_facts facts = {.level = WIRE_ALERT_LEVEL_HIGH};
    enum wire_alert_state next;
    assert_int_equal(alert_flow_next(WIRE_ALERT_STATE_CONTACTING, ALERT_CONTACT, &facts, &next),
                     STATUS_CONFLICT);
}

static void giving_up_needs_the_whole_ladder_and_a_second_person(void **state)
{
    (void)state;
    enum wire_alert_state next;
    const struct alert_facts alone = {.ladder_exhausted = true};
    const struct alert_facts early = {.second_approver = true};
    assert_int_equal(alert_flow_next(WIRE_ALERT_STATE_CONTACTING, ALERT_GIVE_UP, &alone, &next),
                     STATUS_CONFLICT);
    assert_int_equal(alert_flow_next(WIRE_ALERT_STATE_CONTACTING, ALERT_GIVE_UP, &early, &next),
                     STATUS_CONFLICT);
}

static void a_false_alarm_needs_no_followup(void **state)
{
    (void)state;
    const struct alert_facts facts = {.outcome_final = true};
    enum wire_alert_state next;
    assert_int_equal(alert_flow_next(WIRE_ALERT_STATE_CONTACTED, ALERT_OUTCOME, &facts, &next),
                     STATUS_OK);
    assert_int_equal(next, WIRE_ALERT_STATE_CLOSED);
}

static void the_more_urgent_the_shorter_a_claim_lasts(void **state)
{
    (void)state;
    assert_int_equal(alert_ack_timeout_ms(WIRE_ALERT_LEVEL_CRITICAL), 5 * 60000);
    assert_int_equal(alert_ack_timeout_ms(WIRE_ALERT_LEVEL_HIGH), 10 * 60000);
    assert_int_equal(alert_ack_timeout_ms(WIRE_ALERT_LEVEL_MEDIUM), 60 * 60000);
    assert_int_equal(alert_ack_timeout_ms(WIRE_ALERT_LEVEL_LOW), 0);
    assert_int_equal(alert_default_expiry_ms(WIRE_ALERT_LEVEL_CRITICAL), 6 * 3600000);
    assert_int_equal(alert_default_expiry_ms(WIRE_ALERT_LEVEL_HIGH), 24 * 3600000);
    assert_int_equal(alert_default_expiry_ms(WIRE_ALERT_LEVEL_MEDIUM), 72 * 3600000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_and_event_answers_as_the_table_says),
        cmocka_unit_test(no_event_leads_out_of_a_terminal_state),
        cmocka_unit_test(a_critical_or_high_order_is_not_dropped_by_the_clock),
        cmocka_unit_test(a_phone_call_alone_is_not_a_contact),
        cmocka_unit_test(giving_up_needs_the_whole_ladder_and_a_second_person),
        cmocka_unit_test(a_false_alarm_needs_no_followup),
        cmocka_unit_test(the_more_urgent_the_shorter_a_claim_lasts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
