/* Timers as they are kept: a plan goes in, a set comes out, a pause moves it; claims. */
#include "hall_fixture.h"

#include "base/mem.h"
#include "store/timer_store.h"

#define HOUR DUTY_HOUR_MS
#define DAY  DUTY_DAY_MS

/* Monday 2149-09-22 00:00 in Shanghai. */
static const int64_t monday = INT64_C(5671526400000);
static struct duty_calendar *calendar;

/* What subjects do in statements of their own, beside the real ones. */
enum own_statement { OWN_PUT = SQL_STATEMENT_COUNT, OWN_RESUME, OWN_COUNT };
static struct sql_statement_info statements[OWN_COUNT];
static const uint32_t put_types[] = {20, 23, 20, 1009, 1005, 1005, 1185, 1016, 1185};
static const uint32_t resume_types[] = {20, 1184, 1009, 1185};

static void make_statements(void)
{
    memcpy(statements, sql_statements, SQL_STATEMENT_COUNT * sizeof(statements[0]));
    statements[OWN_PUT] = (struct sql_statement_info){
        .name = "t_put",
        .text = "SELECT timer_put('dispute', $1, $2, $3, $4, $5, $6, $7, $8, $9)",
        ROW_OF(put_types)};
    statements[OWN_RESUME] =
        (struct sql_statement_info){.name = "t_resume",
                                    .text = "SELECT timer_resume('dispute', $1, $2, $3, $4)",
                                    ROW_OF(resume_types)};
}

static void begin(void)
{
    const struct duty_plan usual = {.spans = duty_default_spans, .span_count = DUTY_DEFAULT_SPANS};
    make_statements();
    fixture.settings.statements = statements;
    fixture.settings.statement_count = OWN_COUNT;
    hall_create();
    fixture_open();
    calendar = duty_calendar_create(&usual);
}

static int finish(void **state)
{
    int result = fixture_finish(state);
    duty_calendar_destroy(calendar);
    calendar = NULL;
    if (fixture.admin)
        fixture_admin("DELETE FROM timer; DELETE FROM pause_ledger");
    return result;
}

#define timer_test(name) cmocka_unit_test_setup_teardown(name, fixture_reset, finish)

static struct timer_set read_set;
static unsigned set_calls;

static void on_set(void *ctx, enum status status, const struct timer_set *set)
{
    (void)ctx;
    assert_int_equal(status, STATUS_OK);
    read_set = *set;
    set_calls++;
}

static void load_set(void)
{
    unsigned before = set_calls;
    timer_store_load(fixture.store, "dispute", 1, on_set, NULL);
    run_until(set_calls == before + 1);
}

static void run(unsigned statement, struct store_args *args)
{
    struct answer answer = {0};
    store_write(fixture.store, (enum sql_statement)statement, args, on_answer, &answer);
    run_until(answer.calls == 1);
    assert_int_equal(answer.status, STATUS_OK);
}

static void put(const struct timer_plan *plan)
{
    struct store_args args = {0};
    args_id(&args, 1);
    args_int(&args, 1);
    args_timer_put(&args, plan);
    run(OWN_PUT, &args);
}

static void resume(const struct timer_plan *plan, int64_t at)
{
    struct store_args args = {0};
    args_id(&args, 1);
    args_time(&args, at);
    args_timer_dues(&args, plan);
    run(OWN_RESUME, &args);
}

static const struct timer_spec settle = {
    "settle", TIMER_OF_OBJECT, DUTY_CLOCK_DUTY, 10 * DUTY_HOUR_MS, {75}};
static const struct timer_spec limit = {
    "limit", TIMER_THROUGH, DUTY_CLOCK_WD, 5 * DUTY_DAY_MS, {0}};

static void a_plan_that_went_in_comes_out(void **state)
{
    struct timer_plan plan;
    (void)state;
    begin();
    timer_plan_begin(&plan, calendar, hall.station, monday);
    timer_plan_add(&plan, &settle, monday, NULL);
    timer_plan_add(&plan, &limit, monday, NULL);
    put(&plan);
    fixture_admin("INSERT INTO timer (entity_type, entity_id, name, state_version, due_at)"
                  " VALUES ('dispute', 1, 'named', 1, now()), ('dispute', 2, 'settle', 1, now())");
    load_set();
    assert_int_equal(read_set.count, 3); /* what was named, not counted, is left out */
    assert_int_equal(read_set.pauses.count, 0);
    const char *const names[] = {"limit", "settle", "settle.75"};
    const uint32_t places[] = {2, 0, 1};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const struct timer_draft *kept = &read_set.items[i];
        const struct timer_draft *made = &plan.items[places[i]];
        assert_string_equal(kept->name, names[i]);
        assert_int_equal(kept->life, made->life);
        assert_int_equal(kept->due_at, made->due_at);
        assert_int_equal(kept->deadline.clock, made->deadline.clock);
        assert_int_equal(kept->deadline.started_at, made->deadline.started_at);
        assert_int_equal(kept->deadline.budget_ms, made->deadline.budget_ms);
    }
    assert_int_equal(fixture_number("SELECT count(DISTINCT station_id) FROM timer"), 1);
}

static void a_pause_moves_it_by_its_own_clock(void **state)
{
    struct timer_plan plan;
    (void)state;
    begin();
    timer_plan_begin(&plan, calendar, hall.station, monday);
    timer_plan_add(&plan, &settle, monday, NULL);
    put(&plan);
    assert_int_equal(plan.items[0].due_at, monday + DAY + 11 * HOUR + HOUR / 2);
    /* it waits from Monday 16:30 to Tuesday 10:30: an hour and two of duty */
    fixture_admin("SELECT timer_pause('dispute', 1, 'appraisal', NULL, '2149-09-22 16:30+08')");
    load_set();
    assert_int_equal(read_set.pauses.count, 1);
    assert_true(pause_list_is_open(&read_set.pauses));
    int64_t until = monday + DAY + 10 * HOUR + HOUR / 2;
    assert_int_equal(pause_list_end(&read_set.pauses, until), STATUS_OK);
    timer_plan_begin(&plan, calendar, hall.station, until);
    for (uint32_t i = 0; i < read_set.count; i++)
        timer_plan_keep(&plan, &read_set.items[i], &read_set.pauses);
    resume(&plan, until);
    load_set();
    assert_int_equal(read_set.items[0].due_at, monday + DAY + 16 * HOUR + HOUR / 2);
    assert_false(pause_list_is_open(&read_set.pauses));
    assert_int_equal(read_set.pauses.items[0].ended_at, until);
}

/* ---- the runner's side ---- */

static struct due_timer claimed[TIMER_CLAIM_MAX];
static uint32_t claimed_count;
static int64_t claimed_wait;
static unsigned claim_calls;

static void on_claimed(void *ctx, enum status status, const struct due_timer *timers,
                       uint32_t count, int64_t wait_ms)
{
    (void)ctx;
    assert_int_equal(status, STATUS_OK);
    memcpy(claimed, timers, count * sizeof(timers[0]));
    claimed_count = count;
    claimed_wait = wait_ms;
    claim_calls++;
}

static void claim(uint32_t most)
{
    static const struct wire_text kinds[] = {{"dispute.settle", 14}, {"alert.expire", 12}};
    const struct timer_claim wanted = {kinds, ARRAY_LEN(kinds), most, 15000};
    unsigned before = claim_calls;
    timer_store_claim(fixture.store, &wanted, on_claimed, NULL);
    run_until(claim_calls == before + 1);
}

static void on_done(void *ctx, enum status status)
{
    assert_int_equal(status, STATUS_OK);
    (*(unsigned *)ctx)++;
}

static void due_timers_are_claimed_given_back_and_ended(void **state)
{
    unsigned done = 0;
    (void)state;
    begin();
    claim(10);
    assert_int_equal(claimed_count, 0);
    assert_int_equal(claimed_wait, -1);
    fixture_admin("INSERT INTO timer (entity_type, entity_id, name, state_version, life, due_at)"
                  " VALUES ('dispute', 1, 'settle.75', 4, 2, now() - interval '2 seconds'),"
                  " ('alert', 2, 'expire', 1, 2, now() - interval '5 seconds'),"
                  " ('dispute', 3, 'settle', 1, 1, now() + interval '60 seconds'),"
                  " ('dispute', 4, 'other', 1, 1, now() - interval '60 seconds')");
    claim(10);
    assert_int_equal(claimed_count, 2);
    assert_string_equal(claimed[0].entity_type, "alert");
    assert_in_range(claimed[0].late_ms, 5000, 15000);
    assert_string_equal(claimed[1].name, "settle.75");
    assert_int_equal(claimed[1].entity_id, 1);
    assert_int_equal(claimed[1].state_version, 4);
    assert_int_equal(claimed[1].life, TIMER_OF_OBJECT);
    assert_int_equal(claimed[1].attempts, 1);
    assert_in_range(claimed_wait, 45000, 60000);
    timer_store_release(fixture.store, &claimed[1], 1, on_done, &done);
    run_until(done == 1);
    claim(10);
    assert_int_equal(claimed_count, 1);
    assert_int_equal(claimed[0].entity_id, 1);
    const struct timer_key key = {"dispute", 1, "settle.75", 4};
    timer_store_end(fixture.store, &key, on_done, &done);
    run_until(done == 2);
    assert_int_equal(fixture_number("SELECT count(*) FROM timer WHERE fired_at IS NOT NULL"), 1);
}

static void columns_are_where_they_are_read(void **state)
{
    (void)state;
    assert_columns(SQL_TIMER_CLAIM,
                   "entity_type entity_id name state_version life attempts late_ms claimed");
    assert_columns(SQL_TIMER_OPEN, "name life clock started_at budget_ms due_at");
    assert_columns(SQL_TIMER_PAUSES, "started_at ended_at");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_where_they_are_read),
        timer_test(a_plan_that_went_in_comes_out),
        timer_test(a_pause_moves_it_by_its_own_clock),
        timer_test(due_timers_are_claimed_given_back_and_ended),
    };
    return cmocka_run_group_tests(tests, hall_begin, hall_end);
}
