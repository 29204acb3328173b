/*
 * duty_calendar: how time passes for a deadline. Three clocks, all in the time of Asia/Shanghai:
 *
 *   cal   around the clock
 *   duty  only while the station is on duty: its weekly spans, not on a day that is off, on a
 *         weekend day that is worked (调休) like on a Monday; and its extra rota spans, always
 *   wd    working days, for periods set by law. A day counts when it ends. The day on which a
 *         period begins is not counted, so a period of n days is over at the end of the n-th
 *         working day after it: 行政处罚法 (2021) art. 85, two, three, five and seven days are
 *         working days; 民事诉讼法 on periods (期间), the day of the beginning is not counted.
 *         One working day is one DUTY_DAY_MS.
 *
 * China has had one time zone, UTC+8, and no summer time since 1991, so local time is plain
 * arithmetic. Pure: a calendar is a value made once from a plan and never changed. Every question
 * is a look into prefix sums, so it costs the same for a minute and for a century, and any int64
 * is a legal argument: times are held to 0 … DUTY_TIME_MAX, negative budgets are 0.
 */
#ifndef RULES_DUTY_CALENDAR_H
#define RULES_DUTY_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DUTY_HOUR_MS  (3600 * INT64_C(1000))
#define DUTY_DAY_MS   (24 * DUTY_HOUR_MS)
/* 2200-01-01 00:00 in Shanghai. As a due time: never. */
#define DUTY_DAYS_MAX 84006
#define DUTY_TIME_MAX (DUTY_DAYS_MAX * DUTY_DAY_MS - 8 * DUTY_HOUR_MS)

/* Spans of one weekday, days of the holiday table, extra rota spans. */
#define DUTY_SPANS_MAX     8
#define DUTY_HOLIDAYS_MAX  4096
#define DUTY_ROTA_MAX      20000
#define DUTY_MINUTES_A_DAY 1440

/* As in the column timer.clock. */
enum duty_clock { DUTY_CLOCK_CAL = 1, DUTY_CLOCK_DUTY, DUTY_CLOCK_WD };

/* Every week on this weekday, from ≤ time < to. A night is two spans. */
struct duty_span {
    uint8_t weekday; /* 0 Monday … 6 Sunday */
    uint16_t from_minute;
    uint16_t to_minute; /* at most DUTY_MINUTES_A_DAY */
};

/* A day of the national holiday table. */
struct duty_holiday {
    int32_t day;    /* duty_day_of */
    bool is_worked; /* a weekend day that is worked; else a day that is off */
};

/* Extra duty of one station, from ≤ time < to, UTC milliseconds. */
struct duty_rota {
    int64_t from;
    int64_t to;
};

/* What a calendar is made of, in any order; what overlaps is joined. All borrowed. */
struct duty_plan {
    const struct duty_span *spans;
    size_t span_count;
    const struct duty_holiday *holidays; /* no day twice */
    size_t holiday_count;
    const struct duty_rota *rota;
    size_t rota_count;
};

/* Monday to Friday 08:30–12:00 and 14:00–17:30: for a station that names no spans of its own. */
#define DUTY_DEFAULT_SPANS 10
extern const struct duty_span duty_default_spans[DUTY_DEFAULT_SPANS];

struct duty_calendar;

/* NULL: the plan is none (a span that ends before it begins, a day twice, too much of something).
 * Freed with duty_calendar_destroy. */
struct duty_calendar *duty_calendar_create(const struct duty_plan *plan);
void duty_calendar_destroy(struct duty_calendar *calendar);

/* Somebody is on duty at this moment. */
bool duty_calendar_is_on(const struct duty_calendar *calendar, int64_t at);
/* The local day is a working day. */
bool duty_calendar_is_worked(const struct duty_calendar *calendar, int32_t day);

/* The first moment at which a period of `budget` ms that begins at `start` is over; DUTY_TIME_MAX:
 * never. */
int64_t duty_calendar_add(const struct duty_calendar *calendar, enum duty_clock clock,
                          int64_t start, int64_t budget);
/* How much of a period that begins at `from` has passed at `to`; 0 when to is before from. */
int64_t duty_calendar_between(const struct duty_calendar *calendar, enum duty_clock clock,
                              int64_t from, int64_t to);

/* The two they are made of. When a period that begins at `start` begins to count: for wd the end of
 * that day. */
int64_t duty_calendar_anchor(enum duty_clock clock, int64_t start);
/* What the clock has counted since 1970: never falls; differences are what has passed. */
int64_t duty_calendar_count(const struct duty_calendar *calendar, enum duty_clock clock,
                            int64_t at);
/* The first moment from `from` on at which the clock has counted `amount` more. */
int64_t duty_calendar_find(const struct duty_calendar *calendar, enum duty_clock clock,
                           int64_t from, int64_t amount);

/* The local day of a moment, counted from 1970-01-01, and the moment at which a day begins. */
int32_t duty_day_of(int64_t at);
int64_t duty_day_start(int32_t day);

#endif
