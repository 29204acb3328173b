/* Calendars of stations as the database has them; and timers counted again when they change. */
#include "hall_fixture.h"

#include "store/calendar_store.h"
#include "store/timer_recount.h"

/* Monday 2149-09-22 00:00 in Shanghai. */
static const int64_t monday = INT64_C(5671526400000);

static struct calendar_store *calendars;

static void begin(void)
{
    hall_create();
    calendars = calendar_store_create(fixture.store);
    fixture_open();
}

static int finish(void **state)
{
    int result = fixture_finish(state);
    if (calendars)
        calendar_store_destroy(calendars);
    calendars = NULL;
    if (fixture.admin)
        fixture_admin("DELETE FROM duty_span WHERE station_id IS NOT NULL;"
                      "DELETE FROM duty_rota; DELETE FROM duty_holiday; DELETE FROM timer;"
                      "DELETE FROM pause_ledger");
    return result;
}

#define calendar_test(name) cmocka_unit_test_setup_teardown(name, fixture_reset, finish)

static unsigned loads;
static enum status loaded;

static void on_loaded(void *ctx, enum status status)
{
    assert_ptr_equal(ctx, &loads);
    loads++;
    loaded = status;
}

static void load(void)
{
    unsigned before = loads;
    calendar_store_load(calendars, on_loaded, &loads);
    assert_int_equal(loads, before); /* never from inside */
    run_until(loads == before + 1);
}

static int64_t minutes_on(uint64_t station_id, int64_t from)
{
    return duty_calendar_between(calendar_store_of(calendars, station_id), DUTY_CLOCK_DUTY, from,
                                 from + DUTY_DAY_MS) /
           60000;
}

static void columns_are_where_they_are_read(void **state)
{
    (void)state;
    assert_columns(SQL_CALENDAR_SPANS, "station_id weekday from_minute to_minute");
    assert_columns(SQL_CALENDAR_HOLIDAYS, "day is_worked");
    assert_columns(SQL_CALENDAR_ROTA, "station_id starts_at ends_at");
    assert_columns(SQL_TIMER_COUNTED,
                   "entity_type entity_id name state_version life clock station_id started_at"
                   " budget_ms due_at pause_starts pause_ends");
}

static void before_the_first_load_there_is_the_usual_week(void **state)
{
    (void)state;
    begin();
    assert_int_equal(minutes_on(0, monday), 420);
    assert_int_equal(minutes_on(hall.station, monday + DUTY_DAY_MS), 420);
    assert_int_equal(calendar_store_known_year(calendars), 0);
}

static void a_station_has_its_own_hours_and_everybody_the_holidays(void **state)
{
    char command[400];
    (void)state;
    begin();
    fixture_admin("INSERT INTO duty_holiday VALUES ('2149-09-23', false, '节'),"
                  " ('2149-09-21', true, '调休')");
    snprintf(
        command, sizeof(command),
        "WITH s AS (SELECT %llu AS id), hours AS (INSERT INTO duty_span"
        " SELECT id, day, f, t FROM s, (VALUES (1, 480, 1080), (7, 0, 60)) AS h (day, f, t))"
        " INSERT INTO duty_rota SELECT id, '2149-09-23 20:00+08', '2149-09-24 06:00+08' FROM s",
        (unsigned long long)hall.station);
    fixture_admin(command);
    load();
    assert_int_equal(loaded, STATUS_OK);
    assert_int_equal(minutes_on(hall.station, monday), 600);
    assert_int_equal(minutes_on(0, monday), 420);
    assert_int_equal(minutes_on(hall.station + 1, monday), 420);
    /* Sunday is worked, so like a Monday; Tuesday is off but for the night */
    assert_int_equal(minutes_on(hall.station, monday - DUTY_DAY_MS), 600);
    assert_int_equal(minutes_on(hall.station, monday + DUTY_DAY_MS), 240);
    assert_int_equal(minutes_on(0, monday + DUTY_DAY_MS), 0);
    assert_int_equal(calendar_store_known_year(calendars), 2149);
}

static void a_station_with_extra_duty_only_has_the_usual_hours_beside_it(void **state)
{
    char command[300];
    (void)state;
    begin();
    snprintf(command, sizeof(command),
             "INSERT INTO duty_rota VALUES (%llu, '2024-09-30 20:00+08', '2024-09-30 21:00+08'),"
             " (%llu, '2149-09-22 20:00+08', '2149-09-22 21:00+08')",
             (unsigned long long)hall.station, (unsigned long long)hall.station);
    fixture_admin(command);
    load();
    assert_int_equal(minutes_on(hall.station, monday), 420 + 60);
    /* older than any running deadline: it is not read */
    assert_int_equal(minutes_on(hall.station, INT64_C(1727625600000)), 420);
}

static void what_is_no_calendar_leaves_what_there_was(void **state)
{
    char command[300];
    (void)state;
    begin();
    load();
    snprintf(command, sizeof(command),
             "INSERT INTO duty_span SELECT %llu, 1, n * 20, n * 20 + 10"
             " FROM generate_series(0, 8) n",
             (unsigned long long)hall.station);
    fixture_admin(command);
    log_set_level(LOG_LEVEL_ERROR + 1);
    load();
    log_set_level(LOG_LEVEL_ERROR);
    assert_int_equal(loaded, STATUS_INTERNAL);
    assert_int_equal(minutes_on(hall.station, monday), 420);
}

/* ---- counting again ---- */

struct counted {
    unsigned calls;
    enum status status;
    bool is_last_page;
    uint32_t moved;
};

static void on_counted(void *ctx, enum status status, bool is_last_page, uint32_t moved)
{
    struct counted *counted = ctx;
    *counted = (struct counted){counted->calls + 1, status, is_last_page, moved};
}

static struct counted count_page(struct recount_cursor *cursor)
{
    struct counted counted = {0};
    const struct recount_step step = {calendars, cursor, on_counted, &counted};
    timer_recount(fixture.store, &step);
    run_until(counted.calls == 1);
    assert_int_equal(counted.status, STATUS_OK);
    return counted;
}

static void timers_are_counted_again_page_by_page(void **state)
{
    struct recount_cursor cursor = {0};
    (void)state;
    begin();
    /* an hour of duty from 17:00 today of a far year, due too late by a day */
    fixture_admin("INSERT INTO timer (entity_type, entity_id, name, state_version, clock, life,"
                  " started_at, budget_ms, due_at) SELECT 'dispute', n, 'settle', 1, 2, 2,"
                  " '2149-09-26 16:00+08', 3600000, '2149-09-27 17:00+08'"
                  " FROM generate_series(1, 450) n");
    fixture_admin("UPDATE timer SET due_at = '2149-09-26 17:00+08' WHERE entity_id = 7");
    load();
    struct counted counted = count_page(&cursor);
    assert_int_equal(counted.moved, TIMER_RECOUNT_PAGE - 1);
    assert_false(counted.is_last_page);
    assert_false(count_page(&cursor).is_last_page);
    counted = count_page(&cursor);
    assert_int_equal(counted.moved, 450 - 2 * TIMER_RECOUNT_PAGE);
    assert_true(counted.is_last_page);
    assert_int_equal(fixture_number("SELECT count(*) FROM timer"
                                    " WHERE due_at = '2149-09-26 17:00+08'"),
                     450);
    cursor = (struct recount_cursor){0};
    assert_int_equal(count_page(&cursor).moved, 0); /* twice changes nothing */
}

static void pauses_are_counted_in(void **state)
{
    struct recount_cursor cursor = {0};
    (void)state;
    begin();
    fixture_admin("INSERT INTO timer (entity_type, entity_id, name, state_version, clock, life,"
                  " started_at, budget_ms, due_at) SELECT 'dispute', 1, name, 1, 2, life,"
                  " '2149-09-26 16:00+08', 3600000, '2149-12-01'"
                  " FROM (VALUES ('settle', 2), ('revisit', 3)) AS t (name, life)");
    fixture_admin("INSERT INTO pause_ledger VALUES"
                  " ('dispute', 1, '2149-09-26 15:00+08', '2149-09-26 16:30+08', 'appraisal')");
    load();
    assert_int_equal(count_page(&cursor).moved, 2);
    assert_int_equal(fixture_number("SELECT count(*) FROM timer WHERE (name, due_at) IN"
                                    " (('settle', '2149-09-26 17:30+08'),"
                                    "  ('revisit', '2149-09-26 17:00+08'))"),
                     2);
}

static void a_dispute_says_what_is_due_next(void **state)
{
    struct recount_cursor cursor = {0};
    (void)state;
    begin();
    fixture_admin("INSERT INTO dispute (id, no, state, station_id, community_id, place_id, colour,"
                  " next_due_at) SELECT 1, 'D-1', 1, station_id, id, id, 1, '2149-12-01'"
                  " FROM place WHERE kind = 2");
    fixture_admin("INSERT INTO timer (entity_type, entity_id, name, state_version, clock, life,"
                  " started_at, budget_ms, due_at) SELECT 'dispute', 1, name, 1, 2, 2,"
                  " '2149-09-26 16:00+08', budget, '2149-12-01'"
                  " FROM (VALUES ('settle', 7200000), ('accept_by', 3600000),"
                  " ('accept_by.75', 2700000)) AS t (name, budget)");
    load();
    assert_int_equal(count_page(&cursor).moved, 3);
    assert_int_equal(fixture_number("SELECT count(*) FROM dispute"
                                    " WHERE next_due_at = '2149-09-26 17:00+08'"),
                     1);
    fixture_admin("DELETE FROM dispute");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_where_they_are_read),
        calendar_test(before_the_first_load_there_is_the_usual_week),
        calendar_test(a_station_has_its_own_hours_and_everybody_the_holidays),
        calendar_test(a_station_with_extra_duty_only_has_the_usual_hours_beside_it),
        calendar_test(what_is_no_calendar_leaves_what_there_was),
        calendar_test(timers_are_counted_again_page_by_page),
        calendar_test(pauses_are_counted_in),
        calendar_test(a_dispute_says_what_is_due_next),
    };
    return cmocka_run_group_tests(tests, hall_begin, hall_end);
}
