/* Deadlines: pauses, changed policies, restarts and stops; the five defects that clocks of other
 * systems had; everything against a walk over every minute. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mem.h"
#include "rules/calendar_oracle.h"
#include "rules/rung.h"

#define MINUTES(n) ((n)*ORACLE_MINUTE)
#define HOURS(n)   ((n)*DUTY_HOUR_MS)
#define DAYS(n)    ((n)*DUTY_DAY_MS)

/* Monday 2024-09-23 00:00 in Shanghai; the week after has no holiday here. */
static const int64_t monday = INT64_C(1727020800000);

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

/* ---- the five defects ---- */

static void it_stands_still_while_somebody_else_is_waited_for(void **state)
{
    const struct duty_calendar *calendar = *state;
    struct pause_list pauses = {0};
    const struct deadline deadline = {DUTY_CLOCK_CAL, monday, DAYS(3), 0};
    assert_int_equal(pause_list_begin(&pauses, monday + DAYS(1)), STATUS_OK);
    assert_int_equal(deadline_due(&deadline, calendar, &pauses), DUTY_TIME_MAX);
    assert_int_equal(deadline_elapsed(&deadline, calendar, &pauses, monday + DAYS(90)), DAYS(1));
    assert_int_equal(pause_list_end(&pauses, monday + DAYS(31)), STATUS_OK);
    assert_int_equal(deadline_due(&deadline, calendar, &pauses), monday + DAYS(3 + 30));
    assert_int_equal(deadline_remaining(&deadline, calendar, &pauses, monday + DAYS(32)), DAYS(1));
}

static void a_changed_policy_remembers_the_pauses(void **state)
{
    const struct duty_calendar *calendar = *state;
    struct pause_list pauses = {0};
    struct deadline deadline = {DUTY_CLOCK_CAL, monday, DAYS(3), 0};
    assert_int_equal(pause_list_begin(&pauses, monday + DAYS(1)), STATUS_OK);
    assert_int_equal(pause_list_end(&pauses, monday + DAYS(11)), STATUS_OK);
    deadline_change(&deadline, DUTY_CLOCK_CAL, DAYS(15)); /* blue became yellow */
    assert_int_equal(deadline_due(&deadline, calendar, &pauses), monday + DAYS(15 + 10));
    deadline_change(&deadline, DUTY_CLOCK_CAL, DAYS(2)); /* and back to less than before */
    assert_int_equal(deadline_due(&deadline, calendar, &pauses), monday + DAYS(2 + 10));
    deadline_change(&deadline, DUTY_CLOCK_WD, DAYS(4)); /* Friday, Monday, Tuesday, Wednesday */
    assert_int_equal(deadline_due(&deadline, calendar, &pauses), monday + DAYS(17));
}

static void the_reporters_answer_starts_the_clock_anew(void **state)
{
    const struct duty_calendar *calendar = *state;
    struct pause_list pauses = {0};
    struct deadline deadline = {DUTY_CLOCK_DUTY, monday + HOURS(9), HOURS(4), 0};
    deadline_stop(&deadline, monday + HOURS(10)); /* staff asked her something */
    assert_int_equal(deadline_due(&deadline, calendar, &pauses), DUTY_TIME_MAX);
    int64_t answered = monday + DAYS(1) + HOURS(15);
    deadline_restart(&deadline, answered);
    assert_int_equal(deadline_elapsed(&deadline, calendar, &pauses, answered), 0);
    assert_int_equal(deadline_due(&deadline, calendar, &pauses),
                     monday + DAYS(2) + HOURS(10)); /* 2.5 h on Tuesday, 1.5 h on Wednesday */
}

static void nothing_escalates_after_staff_has_answered(void **state)
{
    const struct duty_calendar *calendar = *state;
    const struct pause_list pauses = {0};
    struct deadline deadline = {DUTY_CLOCK_CAL, monday, MINUTES(30), 0};
    deadline_stop(&deadline, monday + MINUTES(29));
    assert_int_equal(deadline_due(&deadline, calendar, &pauses), DUTY_TIME_MAX);
    assert_int_equal(deadline_elapsed(&deadline, calendar, &pauses, monday + DAYS(9)), MINUTES(29));
    const struct deadline warning = deadline_warning(&deadline, 99);
    assert_int_equal(deadline_due(&warning, calendar, &pauses), DUTY_TIME_MAX);
    /* an answer that came too late undoes nothing */
    struct deadline late = {DUTY_CLOCK_CAL, monday, MINUTES(30), 0};
    deadline_stop(&late, monday + MINUTES(31));
    assert_int_equal(deadline_due(&late, calendar, &pauses), monday + MINUTES(30));
}

static void it_does_not_run_on_after_the_end(void **state)
{
    const struct duty_calendar *calendar = *state;
    struct pause_list pauses = {0};
    struct deadline deadline = {DUTY_CLOCK_CAL, monday, DAYS(30), 0};
    deadline_stop(&deadline, monday + DAYS(2));
    deadline_stop(&deadline, monday + DAYS(5)); /* a second end changes nothing */
    assert_int_equal(deadline_elapsed(&deadline, calendar, &pauses, monday + DAYS(400)), DAYS(2));
    assert_int_equal(deadline_due(&deadline, calendar, &pauses), DUTY_TIME_MAX);
    assert_int_equal(pause_list_begin(&pauses, monday + DAYS(3)), STATUS_OK);
    assert_int_equal(pause_list_end(&pauses, monday + DAYS(4)), STATUS_OK);
    assert_int_equal(deadline_elapsed(&deadline, calendar, &pauses, monday + DAYS(400)), DAYS(2));
    assert_int_equal(deadline_due(&deadline, calendar, &pauses), DUTY_TIME_MAX);
}

/* ---- the rest ---- */

static void a_pause_off_duty_costs_a_duty_clock_nothing(void **state)
{
    const struct duty_calendar *calendar = *state;
    const struct pause_list pauses = {1, {{monday + HOURS(18), monday + HOURS(32)}}};
    const struct deadline deadline = {DUTY_CLOCK_DUTY, monday + HOURS(17), HOURS(4), 0};
    const struct pause_list none = {0};
    assert_int_equal(deadline_due(&deadline, calendar, &pauses),
                     deadline_due(&deadline, calendar, &none));
}

static void a_working_day_counts_if_its_end_was_not_in_a_pause(void **state)
{
    const struct duty_calendar *calendar = *state;
    const struct deadline deadline = {DUTY_CLOCK_WD, monday + HOURS(9), DAYS(2), 0};
    const struct pause_list noon = {1,
                                    {{monday + DAYS(1) + HOURS(11), monday + DAYS(1) + HOURS(15)}}};
    assert_int_equal(deadline_due(&deadline, calendar, &noon), monday + DAYS(3));
    const struct pause_list night = {1,
                                     {{monday + DAYS(1) + HOURS(23), monday + DAYS(2) + HOURS(1)}}};
    assert_int_equal(deadline_due(&deadline, calendar, &night), monday + DAYS(4));
}

static void pauses_that_are_over_before_it_began_do_not_matter(void **state)
{
    const struct duty_calendar *calendar = *state;
    const struct pause_list pauses = {
        2, {{monday - DAYS(9), monday - DAYS(7)}, {monday - HOURS(1), monday + HOURS(1)}}};
    const struct deadline deadline = {DUTY_CLOCK_CAL, monday, HOURS(1), 0};
    assert_int_equal(deadline_due(&deadline, calendar, &pauses), monday + HOURS(2));
}

static void a_pause_after_the_due_time_does_not_move_it(void **state)
{
    const struct duty_calendar *calendar = *state;
    const struct pause_list pauses = {1, {{monday + HOURS(5), 0}}};
    const struct deadline deadline = {DUTY_CLOCK_CAL, monday, HOURS(5), 0};
    assert_int_equal(deadline_due(&deadline, calendar, &pauses), monday + HOURS(5));
}

static void pauses_follow_each_other(void **state)
{
    (void)state;
    struct pause_list pauses = {0};
    assert_int_equal(pause_list_end(&pauses, monday), STATUS_CONFLICT);
    for (uint32_t i = 0; i < PAUSES_MAX; i++) {
        assert_int_equal(pause_list_begin(&pauses, monday + MINUTES(2 * i)), STATUS_OK);
        assert_true(pause_list_is_open(&pauses));
        assert_int_equal(pause_list_begin(&pauses, monday + MINUTES(2 * i)), STATUS_CONFLICT);
        assert_int_equal(pause_list_end(&pauses, monday + MINUTES(2 * i) - 1), STATUS_CONFLICT);
        assert_int_equal(pause_list_end(&pauses, monday + MINUTES(2 * i + 1)), STATUS_OK);
        assert_int_equal(pause_list_begin(&pauses, monday + MINUTES(2 * i)), STATUS_CONFLICT);
    }
    assert_int_equal(pause_list_begin(&pauses, monday + DAYS(1)), STATUS_FULL);
}

static void warnings_come_before(void **state)
{
    const struct duty_calendar *calendar = *state;
    const struct pause_list none = {0};
    static const struct {
        enum duty_clock clock;
        int64_t budget;
        uint32_t percent;
        int64_t warns_after;
    } rows[] = {
        {DUTY_CLOCK_CAL, HOURS(4), 75, HOURS(3)},
        {DUTY_CLOCK_CAL, HOURS(4), 50, HOURS(2)},
        {DUTY_CLOCK_DUTY, HOURS(4), 75, HOURS(3)},
        {DUTY_CLOCK_WD, DAYS(5), 75, DAYS(3)},
        {DUTY_CLOCK_WD, DAYS(3), 75, DAYS(2)},
        {DUTY_CLOCK_WD, DAYS(1), 75, 0},
        {DUTY_CLOCK_CAL, INT64_MAX, 75, INT64_MAX / 100 * 75 + 5},
        {DUTY_CLOCK_CAL, -5, 75, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct deadline whole = {rows[i].clock, monday + HOURS(8), rows[i].budget, 0};
        const struct deadline warning = deadline_warning(&whole, rows[i].percent);
        assert_int_equal(warning.budget_ms, rows[i].warns_after);
        assert_true(deadline_due(&warning, calendar, &none) <=
                    deadline_due(&whole, calendar, &none));
    }
}

static void nobody_is_told_twice_in_a_minute_by_one_rung(void **state)
{
    (void)state;
    assert_int_equal(rung_next(0, monday), monday);
    assert_int_equal(rung_next(monday - RUNG_MS, monday), monday);
    assert_int_equal(rung_next(monday - RUNG_MS + 1, monday), monday + 1);
    int64_t told = 0;
    for (int i = 0; i < 50; i++) { /* after an outage: fifty at once, one a minute */
        int64_t next = rung_next(told, monday);
        assert_int_equal(next, monday + i * RUNG_MS);
        told = next;
    }
}

static void any_number_is_a_legal_argument(void **state)
{
    const struct duty_calendar *calendar = *state;
    static const int64_t odd[] = {INT64_MIN, -1, 0, 1, DUTY_TIME_MAX, INT64_MAX};
    for (size_t i = 0; i < ARRAY_LEN(odd); i++)
        for (size_t j = 0; j < ARRAY_LEN(odd); j++)
            for (size_t k = 0; k < ARRAY_LEN(odd); k++)
                for (int clock = DUTY_CLOCK_CAL; clock <= DUTY_CLOCK_WD; clock++) {
                    const struct deadline deadline = {(enum duty_clock)clock, odd[i], odd[j], 0};
                    const struct pause_list pauses = {1, {{odd[k], odd[j]}}};
                    assert_in_range(deadline_due(&deadline, calendar, &pauses), 0, DUTY_TIME_MAX);
                    (void)deadline_remaining(&deadline, calendar, &pauses, odd[k]);
                }
}

static void random_pauses(struct pause_list *pauses, uint64_t *seed, int64_t start)
{
    int64_t at = start - MINUTES(300);
    int64_t count = oracle_below(seed, 8);
    for (int64_t i = 0; i < count; i++) {
        at += MINUTES(oracle_below(seed, 4000));
        assert_int_equal(pause_list_begin(pauses, at), STATUS_OK);
        at += MINUTES(oracle_below(seed, 3000));
        if (i + 1 < count || oracle_below(seed, 4) != 0)
            assert_int_equal(pause_list_end(pauses, at), STATUS_OK);
    }
}

static void it_agrees_with_a_walk_over_every_minute(void **state)
{
    (void)state;
    for (uint64_t round = 1; round <= 400; round++) {
        uint64_t seed = round * UINT64_C(0x2545f4914f6cdd1d);
        struct oracle_plan random;
        struct pause_list pauses = {0};
        int32_t around = duty_day_of(monday) + (int32_t)oracle_below(&seed, 400);
        oracle_plan_random(&random, &seed, around);
        struct duty_calendar *calendar = duty_calendar_create(&random.plan);
        assert_non_null(calendar);
        int64_t start = duty_day_start(around) + MINUTES(oracle_below(&seed, 10 * 1440));
        random_pauses(&pauses, &seed, start);
        for (int clock = DUTY_CLOCK_CAL; clock <= DUTY_CLOCK_WD; clock++) {
            const struct deadline deadline = {(enum duty_clock)clock, start,
                                              clock == DUTY_CLOCK_WD
                                                  ? DAYS(1 + oracle_below(&seed, 6))
                                                  : MINUTES(1 + oracle_below(&seed, 5 * 1440)),
                                              0};
            int64_t limit = start + DAYS(40);
            int64_t due = deadline_due(&deadline, calendar, &pauses);
            int64_t wanted = oracle_due(&random.plan, &deadline, &pauses, limit);
            if (wanted <= limit ? due != wanted : due <= limit)
                fail_msg("round %llu clock %d: due %lld, not %lld", (unsigned long long)round,
                         clock, (long long)due, (long long)wanted);
            int64_t now = start + MINUTES(oracle_below(&seed, 15 * 1440));
            assert_int_equal(deadline_elapsed(&deadline, calendar, &pauses, now),
                             oracle_elapsed(&random.plan, &deadline, &pauses, now));
        }
        duty_calendar_destroy(calendar);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_stands_still_while_somebody_else_is_waited_for),
        cmocka_unit_test(a_changed_policy_remembers_the_pauses),
        cmocka_unit_test(the_reporters_answer_starts_the_clock_anew),
        cmocka_unit_test(nothing_escalates_after_staff_has_answered),
        cmocka_unit_test(it_does_not_run_on_after_the_end),
        cmocka_unit_test(a_pause_off_duty_costs_a_duty_clock_nothing),
        cmocka_unit_test(a_working_day_counts_if_its_end_was_not_in_a_pause),
        cmocka_unit_test(pauses_that_are_over_before_it_began_do_not_matter),
        cmocka_unit_test(a_pause_after_the_due_time_does_not_move_it),
        cmocka_unit_test(pauses_follow_each_other),
        cmocka_unit_test(warnings_come_before),
        cmocka_unit_test(nobody_is_told_twice_in_a_minute_by_one_rung),
        cmocka_unit_test(any_number_is_a_legal_argument),
        cmocka_unit_test(it_agrees_with_a_walk_over_every_minute),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
