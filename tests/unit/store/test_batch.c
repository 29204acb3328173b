#include "store_fixture.h"

#define MANY 3000

static const struct batch_kind item_kind = {
    .name = "item",
    .statement = T(T_ITEM_ADD),
    .max_rows = 512,
    .column_count = 2,
    .types = {BATCH_INT8, BATCH_TEXT},
};

static const struct batch_kind late_kind = {
    .name = "late",
    .statement = T(T_LATE_ADD),
    .max_rows = 512,
    .column_count = 1,
    .types = {BATCH_INT8},
};

struct row {
    unsigned calls;
    enum status status;
    bool answered; /* the statement gave a row */
    int64_t id;
    int64_t place;
    char sqlstate[6];
    unsigned order; /* of the callbacks */
};

static struct row rows[MANY];
static unsigned told;

static void on_row(void *ctx, enum status status, const struct batch_answer *answer)
{
    struct row *row = ctx;
    row->calls++;
    row->status = status;
    row->order = told++;
    if (status != STATUS_OK) {
        if (answer->rows)
            memcpy(row->sqlstate, answer->rows->sqlstate, sizeof(row->sqlstate));
        return;
    }
    row->answered = answer->first >= 0;
    if (!row->answered)
        return;
    assert_int_equal(answer->count, 1);
    row->id = rows_int(answer->rows, answer->first, 1);
    row->place = rows_int(answer->rows, answer->first, 2);
}

static void begin(void)
{
    memset(rows, 0, sizeof(rows));
    told = 0;
    fixture_create();
}

static enum status put_item(struct batch *batch, int64_t id, struct row *row)
{
    char body[32];
    enum status status = batch_begin_row(batch, on_row, row);
    if (status != STATUS_OK)
        return status;
    batch_put_id(batch, (uint64_t)id);
    if (id % 7 == 0) {
        batch_put_null(batch);
    } else {
        snprintf(body, sizeof(body), "body %lld", (long long)id);
        batch_put_text(batch, body, strlen(body));
    }
    batch_end_row(batch);
    return STATUS_OK;
}

static const struct batch_stats *stats_of(unsigned kind)
{
    static struct store_stats stats;
    store_stats(fixture.store, &stats);
    return &stats.batches[kind];
}

static void rows_of_one_turn_are_one_batch_in_order(void **state)
{
    (void)state;
    begin();
    struct batch *batch = batch_create(fixture.store, &item_kind);
    fixture_open();
    for (int i = 0; i < 100; i++)
        assert_int_equal(put_item(batch, i + 1, &rows[i]), STATUS_OK);
    assert_int_equal(told, 0);
    run_until(told == 100);
    assert_int_equal(stats_of(0)->batches, 1);
    for (int i = 0; i < 100; i++) {
        assert_int_equal(rows[i].status, STATUS_OK);
        assert_int_equal(rows[i].id, i + 1);
        assert_int_equal(rows[i].place, i + 1);
        assert_int_equal(rows[i].order, (unsigned)i);
    }
    assert_int_equal(fixture_number("SELECT count(*) FROM item WHERE body IS NULL"), 14);
    assert_int_equal(fixture_number("SELECT count(*) FROM item WHERE body = 'body ' || id"), 86);
    assert_true(store_is_idle(fixture.store));
}

static void rows_gather_while_a_batch_is_in_flight(void **state)
{
    (void)state;
    begin();
    struct batch *batch = batch_create(fixture.store, &item_kind);
    fixture_open();
    assert_int_equal(put_item(batch, 1, &rows[0]), STATUS_OK);
    uv_run(&fixture.loop, UV_RUN_NOWAIT); /* it is on its way, alone */
    for (int i = 1; i < MANY; i++)
        assert_int_equal(put_item(batch, i + 1, &rows[i]), STATUS_OK);
    assert_int_equal(told, 0);
    run_until(told == MANY);
    /* 1, then 2999 in loads of 512 */
    assert_int_equal(stats_of(0)->batches, 1 + 6);
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(rows[i].calls, 1);
        assert_int_equal(rows[i].place, i + 1);
    }
}

static void a_row_without_an_answer_is_done(void **state)
{
    (void)state;
    begin();
    struct batch *batch = batch_create(fixture.store, &item_kind);
    fixture_open();
    assert_int_equal(put_item(batch, 1, &rows[0]), STATUS_OK);
    run_until(told == 1);
    assert_int_equal(put_item(batch, 2, &rows[1]), STATUS_OK);
    assert_int_equal(put_item(batch, 1, &rows[2]), STATUS_OK); /* on conflict do nothing */
    assert_int_equal(put_item(batch, 3, &rows[3]), STATUS_OK);
    run_until(told == 4);
    assert_true(rows[1].answered);
    assert_false(rows[2].answered);
    assert_int_equal(rows[2].status, STATUS_OK);
    assert_int_equal(rows[3].id, 3);
}

static void only_the_bad_row_fails(void **state)
{
    (void)state;
    begin();
    struct batch *batch = batch_create(fixture.store, &item_kind);
    fixture_open();
    for (int i = 0; i < 200; i++)
        assert_int_equal(put_item(batch, i == 77 ? -1 : i + 1, &rows[i]), STATUS_OK);
    /* These gather while the first are replayed, and come after them. */
    run_until(stats_of(0)->replays == 1);
    for (int i = 200; i < 210; i++)
        assert_int_equal(put_item(batch, i + 1, &rows[i]), STATUS_OK);
    run_until(told == 210);
    for (int i = 0; i < 210; i++) {
        assert_int_equal(rows[i].calls, 1);
        assert_int_equal(rows[i].order, (unsigned)i);
        if (i == 77)
            continue;
        assert_int_equal(rows[i].status, STATUS_OK);
        assert_int_equal(rows[i].id, i + 1);
    }
    assert_int_equal(rows[77].status, STATUS_INVALID_FIELD);
    assert_string_equal(rows[77].sqlstate, "23514");
    assert_int_equal(fixture_number("SELECT count(*) FROM item"), 209);
    assert_int_equal(stats_of(0)->failed_rows, 1);
    assert_int_equal(stats_of(0)->rows, 209);
}

static void kinds_take_turns(void **state)
{
    unsigned third = 0;
    (void)state;
    begin();
    struct batch *items = batch_create(fixture.store, &item_kind);
    struct batch *lates = batch_create(fixture.store, &late_kind);
    fixture_open();
    for (int i = 0; i < 2048; i++)
        assert_int_equal(put_item(items, i + 1, &rows[i]), STATUS_OK);
    assert_int_equal(batch_begin_row(lates, on_row, &rows[2048]), STATUS_OK);
    batch_put_id(lates, 1);
    batch_end_row(lates);
    run_until(told == 2049);
    third = rows[2048].order;
    assert_true(third <= 1024); /* not after all four loads of the other kind */
}

static void put_late(struct batch *batch, int64_t id, struct row *row)
{
    assert_int_equal(batch_begin_row(batch, on_row, row), STATUS_OK);
    batch_put_id(batch, (uint64_t)id);
    batch_end_row(batch);
}

/* The statement's own result is good; only the commit refuses. Acknowledging on the result would
 * acknowledge rows that are not there. */
static void what_the_commit_refuses_is_not_acknowledged(void **state)
{
    (void)state;
    begin();
    struct batch *batch = batch_create(fixture.store, &late_kind);
    fixture_open();
    put_late(batch, 1, &rows[0]);
    put_late(batch, 2, &rows[1]);
    put_late(batch, 1, &rows[2]);
    run_until(told == 3);
    assert_int_equal(rows[0].status, STATUS_OK);
    assert_int_equal(rows[1].status, STATUS_OK);
    assert_int_equal(rows[2].status, STATUS_CONFLICT);
    assert_int_equal(fixture_number("SELECT count(*) FROM late"), 2);
}

/* The control: the same with the planted bug must be seen to lose. */
static void the_planted_bug_loses_what_it_acknowledged(void **state)
{
    unsigned acknowledged = 0;
    (void)state;
    fixture.settings.plant_ack_on_command_ok = true;
    begin();
    struct batch *batch = batch_create(fixture.store, &late_kind);
    fixture_open();
    put_late(batch, 1, &rows[0]);
    put_late(batch, 2, &rows[1]);
    put_late(batch, 1, &rows[2]);
    run_until(told == 3);
    run_until(store_is_idle(fixture.store));
    for (int i = 0; i < 3; i++)
        acknowledged += rows[i].status == STATUS_OK;
    assert_true((long)acknowledged > fixture_number("SELECT count(*) FROM late"));
}

static void beyond_the_bound_is_busy(void **state)
{
    unsigned taken = 0;
    unsigned busy = 0;
    (void)state;
    fixture.settings.waiting_rows_max = 100;
    begin();
    struct batch *batch = batch_create(fixture.store, &item_kind);
    fixture_open();
    for (int i = 0; i < 150; i++) {
        enum status status = put_item(batch, i + 1, &rows[i]);
        taken += status == STATUS_OK;
        busy += status == STATUS_BUSY;
    }
    assert_int_equal(taken, 100);
    assert_int_equal(busy, 50);
    run_until(told == 100);
    assert_int_equal(put_item(batch, 151, &rows[0]), STATUS_OK); /* there is room again */
    run_until(told == 101);
    assert_int_equal(stats_of(0)->busy_rows, 50);
}

static void before_the_database_is_there_rows_are_refused(void **state)
{
    (void)state;
    begin();
    struct batch *batch = batch_create(fixture.store, &item_kind);
    assert_int_equal(put_item(batch, 1, &rows[0]), STATUS_UNAVAILABLE);
    batch_answer_later(batch, on_row, &rows[0], STATUS_UNAVAILABLE);
    assert_int_equal(rows[0].calls, 0);
    run_until(rows[0].calls == 1);
    assert_int_equal(rows[0].status, STATUS_UNAVAILABLE);
}

static void closing_answers_every_row(void **state)
{
    (void)state;
    begin();
    struct batch *batch = batch_create(fixture.store, &item_kind);
    fixture_open();
    assert_int_equal(put_item(batch, 1, &rows[0]), STATUS_OK);
    uv_run(&fixture.loop, UV_RUN_NOWAIT);
    for (int i = 1; i < 1000; i++)
        assert_int_equal(put_item(batch, i + 1, &rows[i]), STATUS_OK);
    fixture_close();
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(rows[i].calls, 1);
        assert_int_equal(rows[i].status, STATUS_UNAVAILABLE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        store_test(rows_of_one_turn_are_one_batch_in_order),
        store_test(rows_gather_while_a_batch_is_in_flight),
        store_test(a_row_without_an_answer_is_done),
        store_test(only_the_bad_row_fails),
        store_test(kinds_take_turns),
        store_test(what_the_commit_refuses_is_not_acknowledged),
        store_test(the_planted_bug_loses_what_it_acknowledged),
        store_test(beyond_the_bound_is_busy),
        store_test(before_the_database_is_there_rows_are_refused),
        store_test(closing_answers_every_row),
    };
    return cmocka_run_group_tests_name("batch", tests, fixture_begin, fixture_end);
}
