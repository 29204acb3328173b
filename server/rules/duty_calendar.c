#include "rules/duty_calendar.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define SHANGHAI_MS       (8 * DUTY_HOUR_MS)
#define MINUTE_MS         INT64_C(60000)
#define WEEKDAYS          7
#define SATURDAY          5
/* 1970-01-01 was a Thursday; this many days before it the week began. */
#define DAYS_BEFORE_EPOCH 3

/* The spans of one weekday: in order, none touches the next. */
struct day_pattern {
    size_t count;
    struct duty_span spans[DUTY_SPANS_MAX];
    int64_t total_ms;
};

/* A day unlike others of its weekday, and what all such days up to it change. */
struct exception {
    int32_t day;
    bool is_worked;
    int64_t duty_ms_before; /* what those before it add to the plain weeks; may be negative */
    int32_t days_before;    /* the same for working days */
};

/* An extra span, and what those before it add to the weekly duty. */
struct extra {
    int64_t from;
    int64_t to;
    int64_t ms_before;
};

struct duty_calendar {
    struct day_pattern week[WEEKDAYS];
    int64_t week_ms[WEEKDAYS + 1]; /* duty of the days before this weekday; the last: a week */
    size_t exception_count;
    struct exception *exceptions; /* owned; in order; one more than exception_count, as an end */
    size_t extra_count;
    struct extra *extras; /* owned; in order, none touches the next; one more, as an end */
};

/* Weekday of the working week → working days before it. */
static const int32_t week_days[WEEKDAYS + 1] = {0, 1, 2, 3, 4, 5, 5, 5};

#define MORNING   510, 720
#define AFTERNOON 840, 1050
const struct duty_span duty_default_spans[DUTY_DEFAULT_SPANS] = {
    {0, MORNING},   {0, AFTERNOON}, {1, MORNING},   {1, AFTERNOON}, {2, MORNING},
    {2, AFTERNOON}, {3, MORNING},   {3, AFTERNOON}, {4, MORNING},   {4, AFTERNOON},
};

static int64_t clamp(int64_t at)
{
    if (at < 0)
        return 0;
    return at > DUTY_TIME_MAX ? DUTY_TIME_MAX : at;
}

int32_t duty_day_of(int64_t at)
{
    return (int32_t)((clamp(at) + SHANGHAI_MS) / DUTY_DAY_MS);
}

int64_t duty_day_start(int32_t day)
{
    return clamp(day * DUTY_DAY_MS - SHANGHAI_MS);
}

static int weekday_of(int32_t day)
{
    return (day + DAYS_BEFORE_EPOCH) % WEEKDAYS;
}

/* ---- looking up ---- */

/* How many exceptions lie before this day. */
static size_t exceptions_before(const struct duty_calendar *calendar, int32_t day)
{
    size_t low = 0;
    size_t high = calendar->exception_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (calendar->exceptions[middle].day < day)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static const struct exception *find_exception(const struct duty_calendar *calendar, int32_t day)
{
    size_t at = exceptions_before(calendar, day);
    if (at == calendar->exception_count || calendar->exceptions[at].day != day)
        return NULL;
    return &calendar->exceptions[at];
}

/* The spans of this day, without the rota; NULL: it is off. */
static const struct day_pattern *find_pattern(const struct duty_calendar *calendar, int32_t day)
{
    const struct exception *exception = find_exception(calendar, day);
    int weekday = weekday_of(day);
    if (exception == NULL)
        return &calendar->week[weekday];
    if (!exception->is_worked)
        return NULL;
    return &calendar->week[weekday >= SATURDAY ? 0 : weekday];
}

bool duty_calendar_is_worked(const struct duty_calendar *calendar, int32_t day)
{
    const struct exception *exception = find_exception(calendar, day);
    return exception != NULL ? exception->is_worked : weekday_of(day) < SATURDAY;
}

static int64_t pattern_ms(const struct day_pattern *pattern, int64_t ms_of_day)
{
    int64_t sum = 0;
    for (size_t i = 0; pattern != NULL && i < pattern->count; i++) {
        int64_t from = pattern->spans[i].from_minute * MINUTE_MS;
        int64_t to = pattern->spans[i].to_minute * MINUTE_MS;
        if (ms_of_day > from)
            sum += (ms_of_day < to ? ms_of_day : to) - from;
    }
    return sum;
}

/* Duty before this moment by weekly spans and holidays alone. */
static int64_t weekly_ms(const struct duty_calendar *calendar, int64_t at)
{
    int32_t day = duty_day_of(at);
    int32_t days = day + DAYS_BEFORE_EPOCH;
    int64_t sum = days / WEEKDAYS * calendar->week_ms[WEEKDAYS] +
                  calendar->week_ms[days % WEEKDAYS] - calendar->week_ms[DAYS_BEFORE_EPOCH];
    sum += calendar->exceptions[exceptions_before(calendar, day)].duty_ms_before;
    return sum + pattern_ms(find_pattern(calendar, day), at + SHANGHAI_MS - day * DUTY_DAY_MS);
}

/* How many extra spans begin before this moment. */
static size_t extras_before(const struct duty_calendar *calendar, int64_t at)
{
    size_t low = 0;
    size_t high = calendar->extra_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (calendar->extras[middle].from < at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* What an extra span adds to the weekly duty until a moment within it. */
static int64_t extra_ms(const struct duty_calendar *calendar, const struct extra *extra,
                        int64_t until)
{
    return until - extra->from - (weekly_ms(calendar, until) - weekly_ms(calendar, extra->from));
}

static int64_t count_duty(const struct duty_calendar *calendar, int64_t at)
{
    int64_t sum = weekly_ms(calendar, at);
    size_t begun = extras_before(calendar, at);
    if (begun > 0 && at < calendar->extras[begun - 1].to) {
        begun--;
        sum += extra_ms(calendar, &calendar->extras[begun], at);
    }
    return sum + calendar->extras[begun].ms_before;
}

static int64_t count_working_days(const struct duty_calendar *calendar, int64_t at)
{
    int32_t day = duty_day_of(at);
    int32_t days = day + DAYS_BEFORE_EPOCH;
    int32_t sum = days / WEEKDAYS * week_days[WEEKDAYS] + week_days[days % WEEKDAYS] -
                  week_days[DAYS_BEFORE_EPOCH];
    return sum + calendar->exceptions[exceptions_before(calendar, day)].days_before;
}

int64_t duty_calendar_count(const struct duty_calendar *calendar, enum duty_clock clock, int64_t at)
{
    at = clamp(at);
    switch (clock) {
    case DUTY_CLOCK_CAL:
        break;
    case DUTY_CLOCK_DUTY:
        return count_duty(calendar, at);
    case DUTY_CLOCK_WD:
        return count_working_days(calendar, at) * DUTY_DAY_MS;
    }
    return at;
}

int64_t duty_calendar_find(const struct duty_calendar *calendar, enum duty_clock clock,
                           int64_t from, int64_t amount)
{
    int64_t low = clamp(from);
    int64_t high = DUTY_TIME_MAX;
    if (amount <= 0)
        return low;
    int64_t begun = duty_calendar_count(calendar, clock, low);
    if (duty_calendar_count(calendar, clock, high) - begun < amount)
        return DUTY_TIME_MAX;
    while (low < high) { /* at most 43 times: what is left is halved */
        int64_t middle = low + (high - low) / 2;
        if (duty_calendar_count(calendar, clock, middle) - begun < amount)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

int64_t duty_calendar_anchor(enum duty_clock clock, int64_t start)
{
    return clock == DUTY_CLOCK_WD ? duty_day_start(duty_day_of(start) + 1) : clamp(start);
}

int64_t duty_calendar_add(const struct duty_calendar *calendar, enum duty_clock clock,
                          int64_t start, int64_t budget)
{
    return duty_calendar_find(calendar, clock, duty_calendar_anchor(clock, start), budget);
}

int64_t duty_calendar_between(const struct duty_calendar *calendar, enum duty_clock clock,
                              int64_t from, int64_t to)
{
    int64_t anchor = duty_calendar_anchor(clock, from);
    if (to <= anchor)
        return 0;
    return duty_calendar_count(calendar, clock, to) - duty_calendar_count(calendar, clock, anchor);
}

bool duty_calendar_is_on(const struct duty_calendar *calendar, int64_t at)
{
    if (at < 0 || at >= DUTY_TIME_MAX)
        return false;
    return count_duty(calendar, at + 1) > count_duty(calendar, at);
}

/* ---- making one ---- */

static int compare_spans(const void *a, const void *b)
{
    const struct duty_span *left = a;
    const struct duty_span *right = b;
    if (left->weekday != right->weekday)
        return left->weekday < right->weekday ? -1 : 1;
    return (left->from_minute > right->from_minute) - (left->from_minute < right->from_minute);
}

static bool add_span(struct day_pattern *pattern, const struct duty_span *span)
{
    struct duty_span *last = pattern->count > 0 ? &pattern->spans[pattern->count - 1] : NULL;
    if (last != NULL && span->from_minute <= last->to_minute) {
        if (span->to_minute > last->to_minute)
            last->to_minute = span->to_minute;
        return true;
    }
    if (pattern->count == DUTY_SPANS_MAX)
        return false;
    pattern->spans[pattern->count++] = *span;
    return true;
}

static bool make_week(struct duty_calendar *calendar, const struct duty_plan *plan)
{
    if (plan->span_count > WEEKDAYS * DUTY_SPANS_MAX)
        return false;
    struct duty_span sorted[WEEKDAYS * DUTY_SPANS_MAX];
    if (plan->span_count > 0)
        memcpy(sorted, plan->spans, plan->span_count * sizeof(sorted[0]));
    qsort(sorted, plan->span_count, sizeof(sorted[0]), compare_spans);
    for (size_t i = 0; i < plan->span_count; i++) {
        const struct duty_span *span = &sorted[i];
        if (span->weekday >= WEEKDAYS || span->from_minute >= span->to_minute ||
            span->to_minute > DUTY_MINUTES_A_DAY)
            return false;
        if (!add_span(&calendar->week[span->weekday], span))
            return false;
    }
    for (size_t i = 0; i < WEEKDAYS; i++) {
        calendar->week[i].total_ms = pattern_ms(&calendar->week[i], DUTY_DAY_MS);
        calendar->week_ms[i + 1] = calendar->week_ms[i] + calendar->week[i].total_ms;
    }
    return true;
}

static int compare_exceptions(const void *a, const void *b)
{
    const struct exception *left = a;
    const struct exception *right = b;
    return (left->day > right->day) - (left->day < right->day);
}

static bool make_exceptions(struct duty_calendar *calendar, const struct duty_plan *plan)
{
    if (plan->holiday_count > DUTY_HOLIDAYS_MAX)
        return false;
    struct exception *list = mem_alloc((plan->holiday_count + 1) * sizeof(*list));
    calendar->exceptions = list;
    for (size_t i = 0; i < plan->holiday_count; i++) {
        list[i].day = plan->holidays[i].day;
        list[i].is_worked = plan->holidays[i].is_worked;
        if (list[i].day < 0 || list[i].day >= DUTY_DAYS_MAX)
            return false;
    }
    qsort(list, plan->holiday_count, sizeof(*list), compare_exceptions);
    calendar->exception_count = plan->holiday_count;
    for (size_t i = 0; i < plan->holiday_count; i++) {
        if (i > 0 && list[i].day == list[i - 1].day)
            return false;
        int weekday = weekday_of(list[i].day);
        const struct day_pattern *pattern = find_pattern(calendar, list[i].day);
        int64_t duty_ms = pattern != NULL ? pattern->total_ms : 0;
        list[i + 1].duty_ms_before =
            list[i].duty_ms_before + duty_ms - calendar->week[weekday].total_ms;
        list[i + 1].days_before =
            list[i].days_before + (int32_t)list[i].is_worked - (int32_t)(weekday < SATURDAY);
    }
    return true;
}

static int compare_extras(const void *a, const void *b)
{
    const struct extra *left = a;
    const struct extra *right = b;
    return (left->from > right->from) - (left->from < right->from);
}

/* Joins what overlaps or touches; how many are left. */
static size_t join_extras(struct extra *list, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || list[i].from > list[kept - 1].to)
            list[kept++] = list[i];
        else if (list[i].to > list[kept - 1].to)
            list[kept - 1].to = list[i].to;
    }
    return kept;
}

static bool make_extras(struct duty_calendar *calendar, const struct duty_plan *plan)
{
    if (plan->rota_count > DUTY_ROTA_MAX)
        return false;
    struct extra *list = mem_alloc((plan->rota_count + 1) * sizeof(*list));
    calendar->extras = list;
    for (size_t i = 0; i < plan->rota_count; i++) {
        if (plan->rota[i].from < 0 || plan->rota[i].from >= plan->rota[i].to ||
            plan->rota[i].to > DUTY_TIME_MAX)
            return false;
        list[i] = (struct extra){.from = plan->rota[i].from, .to = plan->rota[i].to};
    }
    qsort(list, plan->rota_count, sizeof(*list), compare_extras);
    size_t count = join_extras(list, plan->rota_count);
    list[0].ms_before = 0;
    for (size_t i = 0; i < count; i++) {
        int64_t sum = list[i].ms_before + extra_ms(calendar, &list[i], list[i].to);
        list[i + 1].ms_before = sum;
    }
    calendar->extra_count = count;
    return true;
}

struct duty_calendar *duty_calendar_create(const struct duty_plan *plan)
{
    struct duty_calendar *calendar = mem_alloc(sizeof(*calendar));
    if (make_week(calendar, plan) && make_exceptions(calendar, plan) && make_extras(calendar, plan))
        return calendar;
    duty_calendar_destroy(calendar);
    return NULL;
}

void duty_calendar_destroy(struct duty_calendar *calendar)
{
    if (calendar == NULL)
        return;
    mem_free(calendar->exceptions);
    mem_free(calendar->extras);
    mem_free(calendar);
}
