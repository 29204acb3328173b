/*
 * calendar_oracle: what a calendar means, minute by minute. The slow truth that the prefix sums of
 * rules/duty_calendar are held against; shares nothing with them.
 */
#ifndef TESTS_UNIT_RULES_CALENDAR_ORACLE_H
#define TESTS_UNIT_RULES_CALENDAR_ORACLE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "rules/deadline.h"

#define ORACLE_MINUTE   INT64_C(60000)
#define ORACLE_SPANS    40
#define ORACLE_HOLIDAYS 40
#define ORACLE_ROTA     20

/* A plan with room for what it names. */
struct oracle_plan {
    struct duty_span spans[ORACLE_SPANS];
    struct duty_holiday holidays[ORACLE_HOLIDAYS];
    struct duty_rota rota[ORACLE_ROTA];
    struct duty_plan plan;
};

/* A small generator of its own: the same numbers everywhere, from a printed seed. */
static inline uint64_t oracle_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static inline int64_t oracle_below(uint64_t *seed, int64_t bound)
{
    return (int64_t)(oracle_random(seed) % (uint64_t)bound);
}

static inline int64_t oracle_day(int64_t at)
{
    return (at + 8 * DUTY_HOUR_MS) / DUTY_DAY_MS;
}

static inline const struct duty_holiday *oracle_holiday(const struct duty_plan *plan, int64_t day)
{
    for (size_t i = 0; i < plan->holiday_count; i++)
        if (plan->holidays[i].day == day)
            return &plan->holidays[i];
    return NULL;
}

/* 0 Monday … 6 Sunday; 1970-01-01 was a Thursday. */
static inline int oracle_weekday(int64_t day)
{
    return (int)((day + 3) % 7);
}

static inline bool oracle_is_worked(const struct duty_plan *plan, int64_t day)
{
    const struct duty_holiday *holiday = oracle_holiday(plan, day);
    return holiday != NULL ? holiday->is_worked : oracle_weekday(day) < 5;
}

static inline bool oracle_is_on(const struct duty_plan *plan, int64_t at)
{
    for (size_t i = 0; i < plan->rota_count; i++)
        if (at >= plan->rota[i].from && at < plan->rota[i].to)
            return true;
    int64_t day = oracle_day(at);
    int64_t minute = (at + 8 * DUTY_HOUR_MS) % DUTY_DAY_MS / ORACLE_MINUTE;
    int weekday = oracle_weekday(day);
    const struct duty_holiday *holiday = oracle_holiday(plan, day);
    if (holiday != NULL && !holiday->is_worked)
        return false;
    if (holiday != NULL && weekday >= 5)
        weekday = 0;
    for (size_t i = 0; i < plan->span_count; i++)
        if (plan->spans[i].weekday == weekday && minute >= plan->spans[i].from_minute &&
            minute < plan->spans[i].to_minute)
            return true;
    return false;
}

static inline bool oracle_stands(const struct pause_list *pauses, int64_t at)
{
    for (uint32_t i = 0; i < pauses->count; i++)
        if (at >= pauses->items[i].started_at &&
            (pauses->items[i].ended_at == 0 || at < pauses->items[i].ended_at))
            return true;
    return false;
}

/* What one minute that begins at `at` adds. A working day counts in its last minute. */
static inline int64_t oracle_minute(const struct duty_plan *plan, const struct deadline *deadline,
                                    const struct pause_list *pauses, int64_t at)
{
    int64_t day = oracle_day(at);
    if (oracle_stands(pauses, at))
        return 0;
    switch (deadline->clock) {
    case DUTY_CLOCK_CAL:
        return ORACLE_MINUTE;
    case DUTY_CLOCK_DUTY:
        return oracle_is_on(plan, at) ? ORACLE_MINUTE : 0;
    case DUTY_CLOCK_WD:
        return oracle_day(at + ORACLE_MINUTE) > day && oracle_is_worked(plan, day) &&
                       day > oracle_day(deadline->started_at)
                   ? DUTY_DAY_MS
                   : 0;
    }
    return 0;
}

/* When it is due, not later than `limit` (then DUTY_TIME_MAX), and how much has passed at `now`. */
static inline int64_t oracle_due(const struct duty_plan *plan, const struct deadline *deadline,
                                 const struct pause_list *pauses, int64_t limit)
{
    int64_t at = deadline->started_at;
    int64_t passed = 0;
    while (at < limit && passed < deadline->budget_ms) {
        passed += oracle_minute(plan, deadline, pauses, at);
        at += ORACLE_MINUTE;
    }
    return passed >= deadline->budget_ms ? at : DUTY_TIME_MAX;
}

static inline int64_t oracle_elapsed(const struct duty_plan *plan, const struct deadline *deadline,
                                     const struct pause_list *pauses, int64_t now)
{
    int64_t passed = 0;
    for (int64_t at = deadline->started_at; at < now; at += ORACLE_MINUTE)
        passed += oracle_minute(plan, deadline, pauses, at);
    return passed;
}

/* Random weekly spans, holidays and rota around a day; all on whole minutes. */
static inline void oracle_plan_random(struct oracle_plan *out, uint64_t *seed, int32_t around)
{
    size_t spans = (size_t)oracle_below(seed, 20);
    size_t holidays = (size_t)oracle_below(seed, ORACLE_HOLIDAYS);
    size_t rota = (size_t)oracle_below(seed, ORACLE_ROTA);
    for (size_t i = 0; i < spans; i++) {
        int64_t from = oracle_below(seed, 1440);
        out->spans[i] = (struct duty_span){
            .weekday = (uint8_t)(i % 7),
            .from_minute = (uint16_t)from,
            .to_minute = (uint16_t)(from + 1 + oracle_below(seed, 1440 - from)),
        };
    }
    int32_t day = around - 5;
    for (size_t i = 0; i < holidays; i++) {
        day += 1 + (int32_t)oracle_below(seed, 3);
        out->holidays[i] = (struct duty_holiday){day, oracle_below(seed, 2) == 0};
    }
    for (size_t i = 0; i < rota; i++) {
        int64_t from = duty_day_start(around) + oracle_below(seed, 30 * 1440) * ORACLE_MINUTE;
        out->rota[i] =
            (struct duty_rota){from, from + (1 + oracle_below(seed, 1440)) * ORACLE_MINUTE};
    }
    out->plan = (struct duty_plan){out->spans, spans, out->holidays, holidays, out->rota, rota};
}

/* The usual week without holidays or rota. */
static inline struct duty_plan oracle_plan_usual(void)
{
    return (struct duty_plan){.spans = duty_default_spans, .span_count = DUTY_DEFAULT_SPANS};
}

#endif
