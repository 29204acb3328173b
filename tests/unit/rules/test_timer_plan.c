/* What goes into the timer table with a transition. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rules/calendar_oracle.h"
#include "rules/timer_plan.h"

#define HOURS(n) ((n)*DUTY_HOUR_MS)
#define DAYS(n)  ((n)*DUTY_DAY_MS)

static const int64_t monday = INT64_C(1727020800000);
static const struct timer_spec settle = {
    "settle_target", TIMER_OF_OBJECT, DUTY_CLOCK_CAL, 30 * DUTY_DAY_MS, {50, 75}};

static int setup(void **state)
{
    const struct duty_plan plan = oracle_plan_usual();
    *state = duty_calendar_create(&plan);
    return *state == NULL;
}

static int teardown(void **state)
{
    duty_calendar_destroy(*state);
    return 0;
}

static void check(const struct timer_plan *plan, uint32_t at, const char *name, int64_t due_at)
{
    assert_true(at < plan->count);
    assert_string_equal(plan->items[at].name, name);
    assert_int_equal(plan->items[at].due_at, due_at);
}

static void a_deadline_comes_with_its_warnings(void **state)
{
    struct timer_plan plan;
    timer_plan_begin(&plan, *state, 7, monday);
    timer_plan_add(&plan, &settle, monday, NULL);
    assert_int_equal(plan.count, 3);
    check(&plan, 0, "settle_target", monday + DAYS(30));
    check(&plan, 1, "settle_target.50", monday + DAYS(15));
    check(&plan, 2, "settle_target.75", monday + HOURS(22 * 24 + 12));
    assert_int_equal(plan.items[1].deadline.budget_ms, DAYS(15));
    assert_int_equal(timer_name_percent(plan.items[0].name), 0);
    assert_int_equal(timer_name_percent(plan.items[2].name), 75);
}

static void warnings_whose_time_has_passed_are_left_out(void **state)
{
    struct timer_plan plan;
    timer_plan_begin(&plan, *state, 7, monday + DAYS(20));
    timer_plan_add(&plan, &settle, monday, NULL);
    assert_int_equal(plan.count, 2);
    check(&plan, 1, "settle_target.75", monday + HOURS(22 * 24 + 12));
    timer_plan_begin(&plan, *state, 7, monday + DAYS(40));
    timer_plan_add(&plan, &settle, monday, NULL);
    assert_int_equal(plan.count, 1); /* the deadline itself is due all the same */
    check(&plan, 0, "settle_target", monday + DAYS(30));
}

static void a_warning_that_would_come_with_the_deadline_is_none(void **state)
{
    static const struct timer_spec one_day = {
        "session", TIMER_OF_STATE, DUTY_CLOCK_WD, DUTY_DAY_MS, {75}};
    static const struct timer_spec never = {"late", TIMER_OF_STATE, DUTY_CLOCK_CAL, 0, {75}};
    struct timer_plan plan;
    timer_plan_begin(&plan, *state, 7, monday);
    timer_plan_add(&plan, &never, monday, NULL);
    assert_int_equal(plan.count, 1);
    timer_plan_add(&plan, &one_day, monday, NULL);
    assert_int_equal(plan.count, 3);
    check(&plan, 2, "session.75", monday + DAYS(1)); /* when the one day begins */
}

static void pauses_move_what_belongs_to_the_object(void **state)
{
    static const struct timer_spec limit = {
        "pause_limit", TIMER_THROUGH, DUTY_CLOCK_CAL, 60 * DUTY_DAY_MS, {0}};
    const struct pause_list open = {1, {{monday + DAYS(1), 0}}};
    const struct pause_list over = {1, {{monday + DAYS(1), monday + DAYS(5)}}};
    struct timer_plan plan;
    struct timer_plan again;
    timer_plan_begin(&plan, *state, 7, monday + DAYS(1));
    timer_plan_add(&plan, &settle, monday, &open);
    timer_plan_add(&plan, &limit, monday + DAYS(1), &open);
    assert_int_equal(plan.count, 4);
    check(&plan, 0, "settle_target", DUTY_TIME_MAX);
    check(&plan, 1, "settle_target.50", DUTY_TIME_MAX);
    check(&plan, 3, "pause_limit", monday + DAYS(61));
    timer_plan_begin(&again, *state, 7, monday + DAYS(5));
    for (uint32_t i = 0; i < plan.count; i++)
        timer_plan_keep(&again, &plan.items[i], &over);
    check(&again, 0, "settle_target", monday + DAYS(34));
    check(&again, 1, "settle_target.50", monday + DAYS(19));
    check(&again, 3, "pause_limit", monday + DAYS(61));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_deadline_comes_with_its_warnings),
        cmocka_unit_test(warnings_whose_time_has_passed_are_left_out),
        cmocka_unit_test(a_warning_that_would_come_with_the_deadline_is_none),
        cmocka_unit_test(pauses_move_what_belongs_to_the_object),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
