/*
 * Ten years of synthetic cases: they begin, wait for somebody, are answered, get another policy or
 * another calendar, begin anew, end; their timers fire as a runner would fire them. A second
 * account is kept beside, in another way: the stretches in which the clock ran, counted one by one.
 * After every step both must agree. HALL_DEEP=1 runs ten times as many. A failure prints its seed;
 * HALL_SEED runs that one alone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "rules/calendar_oracle.h"
#include "rules/timer_plan.h"

#define MINUTES(n) ((n)*ORACLE_MINUTE)
#define DAYS(n)    ((n)*DUTY_DAY_MS)
#define CASES      10000
#define YEARS      10
#define CALENDARS  4
#define STEPS_MAX  60
#define STRETCHES  200

/* 2024-01-01 00:00 in Shanghai. */
static const int64_t epoch = INT64_C(1704038400000);

static struct duty_calendar *calendars[CALENDARS];

/* The usual hours, and holidays of ten years: some weeks off, some weekend days worked; every
 * calendar another draw. */
static void make_calendars(void)
{
    static struct duty_holiday holidays[DUTY_HOLIDAYS_MAX];
    for (uint64_t i = 0; i < CALENDARS; i++) {
        uint64_t seed = i + 77;
        size_t count = 0;
        int32_t day = duty_day_of(epoch);
        while (day < duty_day_of(epoch) + YEARS * 366 && count < DUTY_HOLIDAYS_MAX - 8) {
            day += 20 + (int32_t)oracle_below(&seed, 50);
            int64_t off = 1 + oracle_below(&seed, 7);
            for (int64_t k = 0; k < off; k++)
                holidays[count++] = (struct duty_holiday){day++, false};
            holidays[count++] = (struct duty_holiday){day++, true};
        }
        struct duty_plan plan = oracle_plan_usual();
        plan.holidays = holidays;
        plan.holiday_count = i == 0 ? 0 : count; /* the first: nobody loaded any */
        calendars[i] = duty_calendar_create(&plan);
        assert_non_null(calendars[i]);
    }
}

/* One case: what the rules know, and the second account. */
struct simulation {
    uint64_t seed;
    uint64_t random;
    int64_t now;
    const struct duty_calendar *calendar;
    struct pause_list pauses;
    struct deadline deadline;
    bool has_ended;
    int64_t fired_at; /* 0: it has not fired */
    uint32_t fires;
    /* the stretches in which the clock ran since it (last) began; the last may be open (to 0) */
    struct duty_rota stretches[STRETCHES];
    size_t stretch_count;
    int64_t stretch_anchor;
};

static void check(const struct simulation *sim, bool holds, const char *what)
{
    if (!holds)
        fail_msg("seed %llu: %s", (unsigned long long)sim->seed, what);
}

/* ---- the second account ---- */

static bool runs(const struct simulation *sim)
{
    return sim->stretch_count > 0 && sim->stretches[sim->stretch_count - 1].to == 0;
}

static void run_from_now(struct simulation *sim)
{
    check(sim, sim->stretch_count < STRETCHES, "too many stretches");
    sim->stretches[sim->stretch_count++] = (struct duty_rota){sim->now, 0};
}

static void stand_from_now(struct simulation *sim)
{
    if (runs(sim))
        sim->stretches[sim->stretch_count - 1].to = sim->now;
}

static int64_t account(const struct simulation *sim, int64_t until)
{
    int64_t anchor = duty_calendar_anchor(sim->deadline.clock, sim->stretch_anchor);
    int64_t sum = 0;
    for (size_t i = 0; i < sim->stretch_count; i++) {
        int64_t from = sim->stretches[i].from > anchor ? sim->stretches[i].from : anchor;
        int64_t to = sim->stretches[i].to != 0 ? sim->stretches[i].to : until;
        if (to > until)
            to = until;
        if (to > from)
            sum += duty_calendar_count(sim->calendar, sim->deadline.clock, to) -
                   duty_calendar_count(sim->calendar, sim->deadline.clock, from);
    }
    return sum;
}

/* ---- what happens ---- */

static void draw_policy(struct simulation *sim)
{
    enum duty_clock clock = (enum duty_clock)(1 + oracle_below(&sim->random, 3));
    int64_t budget = clock == DUTY_CLOCK_WD ? DAYS(1 + oracle_below(&sim->random, 15))
                                            : MINUTES(1 + oracle_below(&sim->random, 20000));
    deadline_change(&sim->deadline, clock, budget);
}

static void begin(struct simulation *sim, uint64_t seed)
{
    *sim = (struct simulation){.seed = seed, .random = seed * UINT64_C(0x9e3779b97f4a7c15)};
    sim->now = epoch + MINUTES(oracle_below(&sim->random, INT64_C(1440) * 366 * (YEARS - 1)));
    sim->calendar = calendars[oracle_below(&sim->random, CALENDARS)];
    sim->deadline.started_at = sim->now;
    sim->stretch_anchor = sim->now;
    draw_policy(sim);
    run_from_now(sim);
}

static void wait_for_somebody(struct simulation *sim)
{
    enum status status = pause_list_begin(&sim->pauses, sim->now);
    if (status == STATUS_OK && sim->deadline.stopped_at == 0)
        stand_from_now(sim);
}

static void go_on(struct simulation *sim)
{
    if (pause_list_end(&sim->pauses, sim->now) == STATUS_OK && sim->deadline.stopped_at == 0)
        run_from_now(sim);
}

static void staff_answers(struct simulation *sim)
{
    if (sim->deadline.stopped_at == 0)
        stand_from_now(sim);
    deadline_stop(&sim->deadline, sim->now);
}

static void reporter_answers(struct simulation *sim)
{
    deadline_restart(&sim->deadline, sim->now);
    sim->stretch_count = 0;
    sim->stretch_anchor = sim->now;
    sim->fired_at = 0;
    if (!pause_list_is_open(&sim->pauses))
        run_from_now(sim);
}

static void another_calendar(struct simulation *sim)
{
    sim->calendar = calendars[oracle_below(&sim->random, CALENDARS)];
}

static void happen(struct simulation *sim)
{
    switch (oracle_below(&sim->random, 8)) {
    case 0:
    case 1:
        wait_for_somebody(sim);
        break;
    case 2:
    case 3:
        go_on(sim);
        break;
    case 4:
        draw_policy(sim);
        break;
    case 5:
        another_calendar(sim);
        break;
    case 6:
        staff_answers(sim);
        break;
    default:
        if (sim->deadline.stopped_at != 0)
            reporter_answers(sim);
        break;
    }
}

/* ---- what must hold, whatever happened ---- */

static int64_t due(const struct simulation *sim)
{
    return deadline_due(&sim->deadline, sim->calendar, &sim->pauses);
}

/* due = start + budget + pauses: at that moment the budget has passed, just before it had not. */
static void check_due(const struct simulation *sim, int64_t due_at)
{
    const struct deadline *deadline = &sim->deadline;
    if (due_at == DUTY_TIME_MAX) {
        check(sim, !runs(sim) || account(sim, DUTY_TIME_MAX) < deadline->budget_ms,
              "it runs and is never due");
        return;
    }
    check(sim, account(sim, due_at) == deadline->budget_ms,
          "at the due time the budget has passed");
    check(sim, account(sim, due_at - 1) < deadline->budget_ms, "it is not due earlier");
}

static void check_warnings(const struct simulation *sim, int64_t due_at)
{
    const struct timer_spec spec = {
        "settle", TIMER_OF_OBJECT, sim->deadline.clock, sim->deadline.budget_ms, {50, 75}};
    struct timer_plan plan;
    timer_plan_begin(&plan, sim->calendar, 1, sim->now);
    timer_plan_add(&plan, &spec, sim->deadline.started_at, &sim->pauses);
    check(sim, sim->deadline.stopped_at != 0 || plan.items[0].due_at == due_at,
          "a plan has the deadline's due time");
    for (uint32_t i = 1; i < plan.count; i++)
        check(sim,
              plan.items[i].due_at > sim->now && (plan.items[i].due_at < plan.items[0].due_at ||
                                                  plan.items[0].due_at == DUTY_TIME_MAX),
              "a warning comes before, and is still to come");
}

static void check_step(const struct simulation *sim)
{
    const struct deadline *deadline = &sim->deadline;
    int64_t passed = deadline_elapsed(deadline, sim->calendar, &sim->pauses, sim->now);
    check(sim, passed == account(sim, sim->now), "what has passed is what has run");
    check(sim,
          deadline_remaining(deadline, sim->calendar, &sim->pauses, sim->now) ==
              deadline->budget_ms - passed,
          "what is left is the rest");
    int64_t due_at = due(sim);
    check_due(sim, due_at);
    check_warnings(sim, due_at);
    check(sim, (due_at > sim->now) || passed >= deadline->budget_ms, "overdue means used up");
}

/* A runner looks: what is due fires, once for each time it is due. */
static void fire(struct simulation *sim)
{
    int64_t due_at = due(sim);
    if (due_at > sim->now || sim->fired_at != 0 || sim->has_ended)
        return;
    check(sim, sim->deadline.stopped_at == 0 || sim->deadline.stopped_at > due_at,
          "nothing escalates after an answer in time");
    sim->fired_at = due_at;
    sim->fires++;
}

static void end(struct simulation *sim)
{
    staff_answers(sim);
    sim->has_ended = true;
    int64_t passed = deadline_elapsed(&sim->deadline, sim->calendar, &sim->pauses, sim->now);
    int64_t due_at = due(sim);
    check(sim, due_at == DUTY_TIME_MAX || due_at < sim->deadline.stopped_at,
          "what has ended is not due any more");
    check(sim,
          deadline_elapsed(&sim->deadline, sim->calendar, &sim->pauses, sim->now + DAYS(1000)) ==
              passed,
          "no clock runs after the end");
}

static uint32_t run_case(uint64_t seed)
{
    struct simulation sim;
    begin(&sim, seed);
    int64_t steps = 1 + oracle_below(&sim.random, STEPS_MAX);
    for (int64_t i = 0; i < steps; i++) {
        check_step(&sim);
        sim.now += MINUTES(oracle_below(&sim.random, oracle_below(&sim.random, 4) ? 600 : 20000));
        fire(&sim);
        happen(&sim);
    }
    check_step(&sim);
    end(&sim);
    return sim.fires;
}

static void ten_years_of_cases_keep_the_invariants(void **state)
{
    (void)state;
    const char *one = getenv("HALL_SEED");
    uint64_t cases = getenv("HALL_DEEP") != NULL ? 10 * CASES : CASES;
    uint64_t fires = 0;
    make_calendars();
    if (one != NULL)
        fires = run_case(strtoull(one, NULL, 10));
    for (uint64_t seed = 1; one == NULL && seed <= cases; seed++)
        fires += run_case(seed);
    if (one == NULL) /* a simulation in which nothing happens shows nothing */
        assert_true(fires > cases / 2);
    for (size_t i = 0; i < CALENDARS; i++)
        duty_calendar_destroy(calendars[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_years_of_cases_keep_the_invariants),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
