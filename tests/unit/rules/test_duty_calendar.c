/* The three clocks, by table and against a walk over every minute. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <time.h>

#include "base/mem.h"
#include "rules/calendar_oracle.h"

/* "2024-09-30 08:30" in Shanghai. */
static int64_t at(const char *text)
{
    struct tm parts = {0};
    const char *end = strptime(text, "%Y-%m-%d %H:%M", &parts);
    assert_non_null(end);
    return ((int64_t)timegm(&parts)) * 1000 - 8 * DUTY_HOUR_MS;
}

static int32_t day(const char *text)
{
    char whole[32];
    snprintf(whole, sizeof(whole), "%s 00:00", text);
    return duty_day_of(at(whole));
}

/* National Day 2024 as published: off from 1 to 7 October, 29 September and 12 October worked. */
static struct duty_calendar *national_day(void)
{
    struct duty_holiday holidays[9];
    for (int i = 0; i < 7; i++)
        holidays[i] = (struct duty_holiday){day("2024-10-01") + i, false};
    holidays[7] = (struct duty_holiday){day("2024-09-29"), true};
    holidays[8] = (struct duty_holiday){day("2024-10-12"), true};
    struct duty_plan plan = oracle_plan_usual();
    plan.holidays = holidays;
    plan.holiday_count = ARRAY_LEN(holidays);
    struct duty_calendar *calendar = duty_calendar_create(&plan);
    assert_non_null(calendar);
    return calendar;
}

#define MINUTES(n) ((n)*ORACLE_MINUTE)
#define HOURS(n)   ((n)*DUTY_HOUR_MS)
#define DAYS(n)    ((n)*DUTY_DAY_MS)

static void budgets_end_when_the_table_says(void **state)
{
    (void)state;
    static const struct {
        enum duty_clock clock;
        const char *start;
        int64_t budget;
        const char *due;
    } rows[] = {
        {DUTY_CLOCK_CAL, "2024-09-27 17:00", HOURS(24), "2024-09-28 17:00"},
        {DUTY_CLOCK_DUTY, "2024-09-26 09:00", HOURS(2), "2024-09-26 11:00"},
        /* to the very end of a span, not to the beginning of the next */
        {DUTY_CLOCK_DUTY, "2024-09-26 09:00", HOURS(3), "2024-09-26 12:00"},
        {DUTY_CLOCK_DUTY, "2024-09-26 11:00", HOURS(2), "2024-09-26 15:00"},
        {DUTY_CLOCK_DUTY, "2024-09-26 13:00", HOURS(1), "2024-09-26 15:00"},
        {DUTY_CLOCK_DUTY, "2024-09-26 17:00", HOURS(4), "2024-09-27 12:00"},
        /* Friday evening; Sunday the 29th is worked like a Monday */
        {DUTY_CLOCK_DUTY, "2024-09-27 20:00", MINUTES(30), "2024-09-29 09:00"},
        /* Monday the 30th is the last day before a week off */
        {DUTY_CLOCK_DUTY, "2024-09-30 17:00", HOURS(1), "2024-10-08 09:00"},
        {DUTY_CLOCK_DUTY, "2024-10-11 17:30", HOURS(7), "2024-10-12 17:30"},
        {DUTY_CLOCK_DUTY, "2024-10-12 17:30", MINUTES(1), "2024-10-14 08:31"},
        {DUTY_CLOCK_DUTY, "2024-09-28 03:00", 0, "2024-09-28 03:00"},
        /* the day of the event is not counted */
        {DUTY_CLOCK_WD, "2024-09-24 00:00", DAYS(1), "2024-09-26 00:00"},
        {DUTY_CLOCK_WD, "2024-09-24 23:59", DAYS(1), "2024-09-26 00:00"},
        /* Friday: the worked Sunday is the first, the Monday the second, then the week off */
        {DUTY_CLOCK_WD, "2024-09-27 10:00", DAYS(2), "2024-10-01 00:00"},
        {DUTY_CLOCK_WD, "2024-09-27 10:00", DAYS(3), "2024-10-09 00:00"},
        {DUTY_CLOCK_WD, "2024-09-30 10:00", DAYS(5), "2024-10-13 00:00"},
        {DUTY_CLOCK_WD, "2024-10-04 10:00", DAYS(1), "2024-10-09 00:00"},
    };
    struct duty_calendar *calendar = national_day();
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int64_t start = at(rows[i].start);
        int64_t due = duty_calendar_add(calendar, rows[i].clock, start, rows[i].budget);
        if (due != at(rows[i].due))
            fail_msg("row %zu: %lld minutes off", i,
                     (long long)((due - at(rows[i].due)) / ORACLE_MINUTE));
        assert_int_equal(duty_calendar_between(calendar, rows[i].clock, start, due),
                         rows[i].budget);
    }
    duty_calendar_destroy(calendar);
}

static void who_is_on_duty(void **state)
{
    (void)state;
    const struct duty_rota night = {at("2024-10-05 20:00"), at("2024-10-06 06:00")};
    struct duty_holiday off = {day("2024-10-05"), false};
    struct duty_plan plan = oracle_plan_usual();
    plan.holidays = &off;
    plan.holiday_count = 1;
    plan.rota = &night;
    plan.rota_count = 1;
    struct duty_calendar *calendar = duty_calendar_create(&plan);
    assert_true(duty_calendar_is_on(calendar, at("2024-10-04 08:30")));
    assert_false(duty_calendar_is_on(calendar, at("2024-10-04 08:29")));
    assert_false(duty_calendar_is_on(calendar, at("2024-10-04 12:00")));
    assert_true(duty_calendar_is_on(calendar, at("2024-10-04 17:29")));
    assert_false(duty_calendar_is_on(calendar, at("2024-10-05 10:00")));
    assert_true(
        duty_calendar_is_on(calendar, at("2024-10-05 20:00"))); /* off, but somebody is there */
    assert_true(duty_calendar_is_on(calendar, at("2024-10-06 05:59")));
    assert_false(duty_calendar_is_on(calendar, at("2024-10-06 06:00")));
    assert_true(duty_calendar_is_worked(calendar, day("2024-10-04")));
    assert_false(duty_calendar_is_worked(calendar, day("2024-10-05")));
    duty_calendar_destroy(calendar);
}

static void a_rota_over_weekly_spans_counts_once(void **state)
{
    (void)state;
    const struct duty_rota rota[] = {{at("2024-09-26 11:00"), at("2024-09-26 15:00")},
                                     {at("2024-09-26 14:30"), at("2024-09-26 18:00")}};
    struct duty_plan plan = oracle_plan_usual();
    plan.rota = rota;
    plan.rota_count = 2;
    struct duty_calendar *calendar = duty_calendar_create(&plan);
    assert_int_equal(duty_calendar_between(calendar, DUTY_CLOCK_DUTY, at("2024-09-26 00:00"),
                                           at("2024-09-27 00:00")),
                     MINUTES(9 * 60 + 30)); /* 08:30–18:00 */
    duty_calendar_destroy(calendar);
}

static void a_station_that_is_never_on_duty_is_never_late(void **state)
{
    (void)state;
    struct duty_calendar *calendar = duty_calendar_create(&(struct duty_plan){0});
    assert_int_equal(duty_calendar_add(calendar, DUTY_CLOCK_DUTY, at("2024-09-26 11:00"), 1),
                     DUTY_TIME_MAX);
    assert_false(duty_calendar_is_on(calendar, at("2024-09-26 11:00")));
    duty_calendar_destroy(calendar);
}

static void any_number_is_a_legal_argument(void **state)
{
    (void)state;
    static const int64_t odd[] = {
        INT64_MIN,         INT64_MIN + 1, -1,       0, 1, DUTY_TIME_MAX - 1, DUTY_TIME_MAX,
        DUTY_TIME_MAX + 1, INT64_MAX - 1, INT64_MAX};
    struct duty_calendar *calendar = national_day();
    for (int clock = DUTY_CLOCK_CAL; clock <= DUTY_CLOCK_WD; clock++) {
        for (size_t i = 0; i < ARRAY_LEN(odd); i++) {
            (void)duty_calendar_is_on(calendar, odd[i]);
            for (size_t j = 0; j < ARRAY_LEN(odd); j++) {
                int64_t due = duty_calendar_add(calendar, (enum duty_clock)clock, odd[i], odd[j]);
                assert_in_range(due, 0, DUTY_TIME_MAX);
                int64_t passed =
                    duty_calendar_between(calendar, (enum duty_clock)clock, odd[i], odd[j]);
                assert_in_range(passed, 0, DUTY_TIME_MAX);
            }
        }
    }
    duty_calendar_destroy(calendar);
}

static void what_is_no_plan_is_refused(void **state)
{
    (void)state;
    static const struct duty_span backwards = {0, 600, 600};
    static const struct duty_span eighth_day = {7, 0, 1};
    static const struct duty_span too_late = {0, 0, 1441};
    static const struct duty_holiday twice[] = {{20000, true}, {20000, false}};
    static const struct duty_holiday never = {DUTY_DAYS_MAX, true};
    static const struct duty_rota empty = {1000, 1000};
    static const struct duty_rota endless = {1000, DUTY_TIME_MAX + 1};
    const struct duty_plan plans[] = {
        {.spans = &backwards, .span_count = 1},
        {.spans = &eighth_day, .span_count = 1},
        {.spans = &too_late, .span_count = 1},
        {.holidays = twice, .holiday_count = 2},
        {.holidays = &never, .holiday_count = 1},
        {.rota = &empty, .rota_count = 1},
        {.rota = &endless, .rota_count = 1},
        {.spans = &backwards, .span_count = 7 * DUTY_SPANS_MAX + 1},
        {.holidays = twice, .holiday_count = DUTY_HOLIDAYS_MAX + 1},
        {.rota = &empty, .rota_count = DUTY_ROTA_MAX + 1},
    };
    for (size_t i = 0; i < ARRAY_LEN(plans); i++)
        assert_null(duty_calendar_create(&plans[i]));
}

/* Any plan, any start, any budget: as a walk over every minute says. */
static void it_agrees_with_a_walk_over_every_minute(void **state)
{
    (void)state;
    const struct pause_list none = {0};
    for (uint64_t round = 1; round <= 400; round++) {
        uint64_t seed = round * UINT64_C(0x9e3779b97f4a7c15);
        struct oracle_plan random;
        int32_t around = day("2024-09-20") + (int32_t)oracle_below(&seed, 400);
        oracle_plan_random(&random, &seed, around);
        struct duty_calendar *calendar = duty_calendar_create(&random.plan);
        assert_non_null(calendar);
        for (int clock = DUTY_CLOCK_CAL; clock <= DUTY_CLOCK_WD; clock++) {
            struct deadline deadline = {
                .clock = (enum duty_clock)clock,
                .started_at = duty_day_start(around) + MINUTES(oracle_below(&seed, 20 * 1440)),
                .budget_ms = clock == DUTY_CLOCK_WD ? DAYS(oracle_below(&seed, 8))
                                                    : MINUTES(oracle_below(&seed, 6 * 1440)),
            };
            int64_t limit = deadline.started_at + DAYS(25);
            int64_t due = duty_calendar_add(calendar, deadline.clock, deadline.started_at,
                                            deadline.budget_ms);
            int64_t wanted = oracle_due(&random.plan, &deadline, &none, limit);
            if (deadline.budget_ms == 0)
                wanted = duty_calendar_anchor(deadline.clock, deadline.started_at);
            if (wanted <= limit ? due != wanted : due <= limit)
                fail_msg("round %llu clock %d: %lld, not %lld", (unsigned long long)round, clock,
                         (long long)due, (long long)wanted);
            int64_t until = deadline.started_at + MINUTES(oracle_below(&seed, 10 * 1440));
            assert_int_equal(
                duty_calendar_between(calendar, deadline.clock, deadline.started_at, until),
                oracle_elapsed(&random.plan, &deadline, &none, until));
            assert_int_equal(duty_calendar_is_on(calendar, until),
                             oracle_is_on(&random.plan, until));
        }
        duty_calendar_destroy(calendar);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(budgets_end_when_the_table_says),
        cmocka_unit_test(who_is_on_duty),
        cmocka_unit_test(a_rota_over_weekly_spans_counts_once),
        cmocka_unit_test(a_station_that_is_never_on_duty_is_never_late),
        cmocka_unit_test(any_number_is_a_legal_argument),
        cmocka_unit_test(what_is_no_plan_is_refused),
        cmocka_unit_test(it_agrees_with_a_walk_over_every_minute),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
