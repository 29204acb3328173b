/* The domain's times, and what a station changes of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rules/dispute_policy.h"

#define MIN  INT64_C(60000)
#define HOUR DUTY_HOUR_MS
#define DAY  DUTY_DAY_MS

/* timer, colour, on duty, clock, time: the table of the domain (§4.3 and §6) */
static const struct {
    enum wire_dispute_timer timer;
    enum wire_dispute_colour colour;
    bool on_duty;
    enum duty_clock clock;
    int64_t ms;
} table[] = {
    {WIRE_DISPUTE_TIMER_FIRST_RESPONSE, WIRE_DISPUTE_COLOUR_BLUE, true, 1, 30 * MIN},
    {WIRE_DISPUTE_TIMER_FIRST_RESPONSE, WIRE_DISPUTE_COLOUR_BLUE, false, 1, 2 * HOUR},
    {WIRE_DISPUTE_TIMER_FIRST_RESPONSE, WIRE_DISPUTE_COLOUR_YELLOW, true, 1, 15 * MIN},
    {WIRE_DISPUTE_TIMER_FIRST_RESPONSE, WIRE_DISPUTE_COLOUR_YELLOW, false, 1, 30 * MIN},
    {WIRE_DISPUTE_TIMER_FIRST_RESPONSE, WIRE_DISPUTE_COLOUR_RED, true, 1, 5 * MIN},
    {WIRE_DISPUTE_TIMER_FIRST_RESPONSE, WIRE_DISPUTE_COLOUR_RED, false, 1, 5 * MIN},
    {WIRE_DISPUTE_TIMER_ACCEPT_BY, WIRE_DISPUTE_COLOUR_BLUE, true, 2, 4 * HOUR},
    {WIRE_DISPUTE_TIMER_ACCEPT_BY, WIRE_DISPUTE_COLOUR_YELLOW, true, 2, 2 * HOUR},
    {WIRE_DISPUTE_TIMER_ACCEPT_BY, WIRE_DISPUTE_COLOUR_RED, false, 1, 1 * HOUR},
    {WIRE_DISPUTE_TIMER_FIRST_SESSION_BY, WIRE_DISPUTE_COLOUR_BLUE, true, 1, 24 * HOUR},
    {WIRE_DISPUTE_TIMER_FIRST_SESSION_BY, WIRE_DISPUTE_COLOUR_YELLOW, true, 1, 48 * HOUR},
    {WIRE_DISPUTE_TIMER_FIRST_SESSION_BY, WIRE_DISPUTE_COLOUR_RED, true, 1, 24 * HOUR},
    {WIRE_DISPUTE_TIMER_SETTLE_TARGET, WIRE_DISPUTE_COLOUR_BLUE, true, 1, 3 * DAY},
    {WIRE_DISPUTE_TIMER_SETTLE_TARGET, WIRE_DISPUTE_COLOUR_YELLOW, true, 1, 15 * DAY},
    {WIRE_DISPUTE_TIMER_SETTLE_TARGET, WIRE_DISPUTE_COLOUR_RED, true, 1, 30 * DAY},
    {WIRE_DISPUTE_TIMER_RETURN, WIRE_DISPUTE_COLOUR_BLUE, true, 2, 4 * HOUR},
    {WIRE_DISPUTE_TIMER_RETURN_CHECK, WIRE_DISPUTE_COLOUR_RED, true, 3, 5 * DAY},
    {WIRE_DISPUTE_TIMER_PAUSE_LIMIT, WIRE_DISPUTE_COLOUR_BLUE, true, 1, 60 * DAY},
    {WIRE_DISPUTE_TIMER_TRACKING, WIRE_DISPUTE_COLOUR_BLUE, true, 1, 30 * DAY},
    {WIRE_DISPUTE_TIMER_CHOOSE_BY, WIRE_DISPUTE_COLOUR_BLUE, true, 1, 24 * HOUR},
};

static void the_defaults_are_the_domains(void **state)
{
    (void)state;
    struct dispute_policy policy;
    struct timer_spec spec;
    dispute_policy_defaults(&policy);
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        dispute_policy_spec(&policy, table[i].timer, table[i].colour, table[i].on_duty, &spec);
        if (spec.budget_ms != table[i].ms || spec.clock != table[i].clock)
            fail_msg("row %zu: %lld by clock %d", i, (long long)spec.budget_ms, spec.clock);
    }
}

static void warnings_come_at_three_quarters_and_of_a_red_target_at_half_too(void **state)
{
    (void)state;
    struct dispute_policy policy;
    struct timer_spec spec;
    dispute_policy_defaults(&policy);
    dispute_policy_spec(&policy, WIRE_DISPUTE_TIMER_SETTLE_TARGET, WIRE_DISPUTE_COLOUR_YELLOW, true,
                        &spec);
    assert_int_equal(spec.warnings[0], 75);
    assert_int_equal(spec.warnings[1], 0);
    dispute_policy_spec(&policy, WIRE_DISPUTE_TIMER_SETTLE_TARGET, WIRE_DISPUTE_COLOUR_RED, true,
                        &spec);
    assert_int_equal(spec.warnings[0], 50);
    assert_int_equal(spec.warnings[1], 75);
}

static void a_station_changes_what_it_names_and_nothing_else(void **state)
{
    (void)state;
    struct dispute_policy policy, before;
    dispute_policy_defaults(&policy);
    before = policy;
    const struct dispute_policy_row rows[] = {
        {"settle_target", WIRE_DISPUTE_COLOUR_BLUE, DUTY_CLOCK_WD, 5 * DAY, 0},
        {"choose_by", 0, 0, 2 * HOUR, 0},
        {"proposal", 0, 0, 10 * MIN, 0},
    };
    for (size_t i = 0; i < 3; i++)
        assert_true(dispute_policy_change(&policy, &rows[i]));
    const struct dispute_budget *blue =
        &policy.budgets[WIRE_DISPUTE_TIMER_SETTLE_TARGET][WIRE_DISPUTE_COLOUR_BLUE];
    assert_int_equal(blue->ms, 5 * DAY);
    assert_int_equal(blue->clock, DUTY_CLOCK_WD);
    assert_int_equal(policy.budgets[WIRE_DISPUTE_TIMER_SETTLE_TARGET][WIRE_DISPUTE_COLOUR_RED].ms,
                     30 * DAY);
    for (int colour = 1; colour <= WIRE_DISPUTE_COLOUR_MAX; colour++)
        assert_int_equal(policy.budgets[WIRE_DISPUTE_TIMER_CHOOSE_BY][colour].ms, 2 * HOUR);
    assert_int_equal(policy.proposal_ms, 10 * MIN);
    assert_int_equal(policy.reopen_ms, before.reopen_ms);
    const struct dispute_policy_row wrong[] = {{"nothing", 0, 0, HOUR, 0},
                                               {"settle_target", 0, 0, 0, 0},
                                               {"settle_target", 9, 0, HOUR, 0}};
    for (size_t i = 0; i < 3; i++)
        assert_false(dispute_policy_change(&before, &wrong[i]));
}

static void names_lead_to_timers_and_back(void **state)
{
    (void)state;
    for (int timer = 1; timer <= WIRE_DISPUTE_TIMER_MAX; timer++)
        assert_int_equal(dispute_timer_of(dispute_timer_name((enum wire_dispute_timer)timer)),
                         timer);
    assert_int_equal(dispute_timer_of("settle_target.75"), WIRE_DISPUTE_TIMER_SETTLE_TARGET);
    assert_int_equal(dispute_timer_of("settle"), 0);
    assert_int_equal(dispute_timer_of(""), 0);
}

static void a_settled_case_is_looked_at_again_on_its_days(void **state)
{
    (void)state;
    static const uint32_t days[][5] = {{0}, {7, 30}, {7, 30, 90}, {3, 7, 30, 90}};
    for (int colour = 1; colour <= WIRE_DISPUTE_COLOUR_MAX; colour++)
        for (uint32_t n = 0; n < 5; n++)
            assert_int_equal(dispute_revisit_day((enum wire_dispute_colour)colour, n),
                             days[colour][n]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_defaults_are_the_domains),
        cmocka_unit_test(warnings_come_at_three_quarters_and_of_a_red_target_at_half_too),
        cmocka_unit_test(a_station_changes_what_it_names_and_nothing_else),
        cmocka_unit_test(names_lead_to_timers_and_back),
        cmocka_unit_test(a_settled_case_is_looked_at_again_on_its_days),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
