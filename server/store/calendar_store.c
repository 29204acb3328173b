#include "store/calendar_store.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "base/mem.h"

/* Stations that name hours of their own. */
#define STATIONS_MAX 4096
#define TM_YEAR_0    1900

struct station_calendar {
    uint64_t station_id;
    struct duty_calendar *calendar; /* owned */
};

/* All calendars of one load. */
struct calendar_set {
    struct duty_calendar *usual;         /* owned */
    struct station_calendar *of_station; /* owned; by station_id */
    size_t count;
    int32_t known_year;
};

struct calendar_store {
    struct store *store; /* borrowed */
    struct calendar_set set;
    calendar_loaded_fn fn; /* NULL: no load is under way */
    void *ctx;
};

static void clear_set(struct calendar_set *set)
{
    for (size_t i = 0; i < set->count; i++)
        duty_calendar_destroy(set->of_station[i].calendar);
    mem_free(set->of_station);
    duty_calendar_destroy(set->usual);
    *set = (struct calendar_set){0};
}

struct calendar_store *calendar_store_create(struct store *store)
{
    struct calendar_store *calendars = mem_alloc(sizeof(*calendars));
    const struct duty_plan usual = {.spans = duty_default_spans, .span_count = DUTY_DEFAULT_SPANS};
    calendars->store = store;
    calendars->set.usual = duty_calendar_create(&usual);
    return calendars;
}

void calendar_store_destroy(struct calendar_store *calendars)
{
    clear_set(&calendars->set);
    mem_free(calendars);
}

const struct duty_calendar *calendar_store_of(const struct calendar_store *calendars,
                                              uint64_t station_id)
{
    size_t low = 0;
    size_t high = calendars->set.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct station_calendar *found = &calendars->set.of_station[middle];
        if (found->station_id == station_id)
            return found->calendar;
        if (found->station_id < station_id)
            low = middle + 1;
        else
            high = middle;
    }
    return calendars->set.usual;
}

int32_t calendar_store_known_year(const struct calendar_store *calendars)
{
    return calendars->set.known_year;
}

/* ---- reading ---- */

/* What was read, in the order of the stations. */
struct raw {
    const struct store_rows *spans;
    const struct store_rows *rota;
    struct duty_holiday *holidays; /* in the arena, as all that is made from it */
    size_t holiday_count;
    struct duty_span *usual;
    size_t usual_count;
    int span_row; /* the next row of a station not yet made */
    int rota_row;
    struct arena arena;
};

static void read_holidays(struct raw *raw, const struct store_rows *rows)
{
    raw->holiday_count = (size_t)rows->count;
    raw->holidays = arena_alloc(&raw->arena, raw->holiday_count * sizeof(*raw->holidays));
    for (int row = 0; row < rows->count; row++)
        raw->holidays[row] =
            (struct duty_holiday){(int32_t)rows_int(rows, row, 0), rows_bool(rows, row, 1)};
}

static struct duty_span read_span(const struct store_rows *rows, int row)
{
    return (struct duty_span){
        .weekday = (uint8_t)(rows_int(rows, row, 1) - 1),
        .from_minute = (uint16_t)rows_int(rows, row, 2),
        .to_minute = (uint16_t)rows_int(rows, row, 3),
    };
}

/* The spans of one station from raw->span_row on; of station 0 those without one. */
static struct duty_span *take_spans(struct raw *raw, uint64_t station_id, size_t *count)
{
    int first = raw->span_row;
    while (raw->span_row < raw->spans->count && rows_id(raw->spans, raw->span_row, 0) == station_id)
        raw->span_row++;
    *count = (size_t)(raw->span_row - first);
    struct duty_span *spans = arena_alloc(&raw->arena, *count * sizeof(*spans));
    for (size_t i = 0; i < *count; i++)
        spans[i] = read_span(raw->spans, first + (int)i);
    return spans;
}

static struct duty_rota *take_rota(struct raw *raw, uint64_t station_id, size_t *count)
{
    int first = raw->rota_row;
    while (raw->rota_row < raw->rota->count && rows_id(raw->rota, raw->rota_row, 0) == station_id)
        raw->rota_row++;
    *count = (size_t)(raw->rota_row - first);
    struct duty_rota *rota = arena_alloc(&raw->arena, *count * sizeof(*rota));
    for (size_t i = 0; i < *count; i++) {
        rota[i].from = rows_time(raw->rota, first + (int)i, 1);
        rota[i].to = rows_time(raw->rota, first + (int)i, 2);
    }
    return rota;
}

/* The next station that names anything; 0: none is left. */
static uint64_t next_station(const struct raw *raw)
{
    uint64_t by_span = 0;
    uint64_t by_rota = 0;
    if (raw->span_row < raw->spans->count)
        by_span = rows_id(raw->spans, raw->span_row, 0);
    if (raw->rota_row < raw->rota->count)
        by_rota = rows_id(raw->rota, raw->rota_row, 0);
    if (by_span == 0 || (by_rota != 0 && by_rota < by_span))
        return by_rota;
    return by_span;
}

static bool make_station(struct raw *raw, uint64_t station_id, struct station_calendar *out)
{
    struct duty_plan plan = {.holidays = raw->holidays, .holiday_count = raw->holiday_count};
    plan.spans = take_spans(raw, station_id, &plan.span_count);
    plan.rota = take_rota(raw, station_id, &plan.rota_count);
    if (plan.span_count == 0) {
        plan.spans = raw->usual;
        plan.span_count = raw->usual_count;
    }
    out->station_id = station_id;
    out->calendar = duty_calendar_create(&plan);
    if (out->calendar == NULL)
        log_error("store.no_calendar", "station=%llu", (unsigned long long)station_id);
    return out->calendar != NULL;
}

int32_t calendar_year(int64_t at)
{
    time_t noon = (time_t)duty_day_of(at) * 86400 + 43200;
    struct tm parts;
    gmtime_r(&noon, &parts);
    return parts.tm_year + TM_YEAR_0;
}

/* Rows are ordered by station with NULL, the usual week, last: it is taken first. */
static bool make_set(struct raw *raw, struct calendar_set *set)
{
    int count = raw->spans->count;
    raw->span_row = count;
    while (raw->span_row > 0 && rows_is_null(raw->spans, raw->span_row - 1, 0))
        raw->span_row--;
    raw->usual = take_spans(raw, 0, &raw->usual_count);
    raw->span_row = 0;
    const struct duty_plan usual = {.spans = raw->usual,
                                    .span_count = raw->usual_count,
                                    .holidays = raw->holidays,
                                    .holiday_count = raw->holiday_count};
    set->usual = duty_calendar_create(&usual);
    if (set->usual == NULL)
        return false;
    if (raw->holiday_count > 0)
        set->known_year = calendar_year(duty_day_start(raw->holidays[raw->holiday_count - 1].day));
    uint64_t station_id;
    while ((station_id = next_station(raw)) != 0 && set->count < STATIONS_MAX) {
        set->of_station = mem_grow(set->of_station, set->count + 1, sizeof(set->of_station[0]));
        if (!make_station(raw, station_id, &set->of_station[set->count]))
            return false;
        set->count++;
    }
    return true;
}

static void on_rows(void *ctx, enum status status, const struct store_segment_result *result)
{
    struct calendar_store *calendars = ctx;
    if (status == STATUS_OK) {
        struct raw raw = {.spans = &result->rows[0], .rota = &result->rows[2]};
        struct calendar_set set = {0};
        read_holidays(&raw, &result->rows[1]);
        if (make_set(&raw, &set)) {
            clear_set(&calendars->set);
            calendars->set = set;
        } else {
            clear_set(&set);
            status = STATUS_INTERNAL;
        }
        arena_clear(&raw.arena);
    }
    calendar_loaded_fn fn = calendars->fn;
    calendars->fn = NULL;
    fn(calendars->ctx, status);
}

void calendar_store_load(struct calendar_store *calendars, calendar_loaded_fn fn, void *ctx)
{
    assert(calendars->fn == NULL);
    calendars->fn = fn;
    calendars->ctx = ctx;
    struct store_segment *segment = store_segment_create(calendars->store);
    struct store_args args = {0};
    store_segment_add(segment, SQL_CALENDAR_SPANS, NULL);
    store_segment_add(segment, SQL_CALENDAR_HOLIDAYS, NULL);
    args_int(&args, DUTY_ROTA_MAX);
    store_segment_add(segment, SQL_CALENDAR_ROTA, &args);
    store_segment_read(segment, on_rows, calendars);
}
