/* Links that are lost, databases that are silent: reliability R8 at the store's own door. */
#include <errno.h>
#include <signal.h>
#include <sys/types.h>

#include "store/store_inside.h"
#include "store_fixture.h"

static const struct batch_kind item_kind = {
    .name = "item",
    .statement = T(T_ITEM_ADD),
    .max_rows = 512,
    .column_count = 2,
    .types = {BATCH_INT8, BATCH_TEXT},
};

struct row {
    unsigned calls;
    enum status status;
    int64_t asked_ms;
    int64_t took_ms;
};

static void on_row(void *ctx, enum status status, const struct batch_answer *answer)
{
    struct row *row = ctx;
    (void)answer;
    row->calls++;
    row->status = status;
    row->took_ms = clock_mono_ms() - row->asked_ms;
}

static enum status put_item(struct batch *batch, int64_t id, struct row *row)
{
    row->asked_ms = clock_mono_ms();
    enum status status = batch_begin_row(batch, on_row, row);
    if (status != STATUS_OK)
        return status;
    batch_put_id(batch, (uint64_t)id);
    batch_put_text(batch, "x", 1);
    batch_end_row(batch);
    return STATUS_OK;
}

static struct answer ask_with(enum fixture_statement statement, const char *text)
{
    struct answer answer = {.asked_ms = clock_mono_ms()};
    struct store_args args = {0};
    if (text)
        args_string(&args, text);
    store_write(fixture.store, T(statement), &args, on_answer, &answer);
    run_until(answer.calls > 0);
    return answer;
}

static void run_for(int64_t ms)
{
    int64_t until_ms = clock_mono_ms() + ms;
    run_until(clock_mono_ms() >= until_ms);
}

#define OTHERS                                                                                     \
    " FROM pg_stat_activity WHERE application_name LIKE 'hall-%' AND pid <> pg_backend_pid()"

#define LINKS (3 + 4) /* readers, control, batch, slow, listener */

static uint64_t losses(void)
{
    struct store_stats stats;
    store_stats(fixture.store, &stats);
    return stats.losses;
}

/* A loss counts of links that were ready: the slow one may be last. */
static unsigned links_ready(void)
{
    const struct store *store = fixture.store;
    const struct pg_pool *pools[] = {&store->readers, &store->control, &store->slow,
                                     &store->listener};
    unsigned ready = pg_link_is_ready(&store->writer.link);
    for (size_t p = 0; p < ARRAY_LEN(pools); p++)
        for (unsigned i = 0; i < pools[p]->plan.links; i++)
            ready += pg_link_is_ready(&pools[p]->links[i]);
    return ready;
}

static void a_killed_link_comes_back(void **state)
{
    (void)state;
    fixture_create();
    fixture_open();
    assert_int_equal(ask_with(T_PID, NULL).status, STATUS_OK);
    run_until(links_ready() == LINKS);
    fixture_number("SELECT count(pg_terminate_backend(pid))" OTHERS);
    run_until(fixture.downs == 1);
    run_until(fixture.ups == 2 && fixture.listenings == 2);
    assert_int_equal(ask_with(T_PID, NULL).status, STATUS_OK);
    run_until(losses() >= LINKS);
    assert_int_equal(losses(), LINKS);
}

/* Its outcome is unknown, so it must not be called done, and not be sent again by us. */
static void what_was_in_flight_is_unavailable(void **state)
{
    struct answer answer = {0};
    struct store_args args = {0};
    (void)state;
    fixture_create();
    fixture_open();
    args_string(&args, "10");
    answer.asked_ms = clock_mono_ms();
    store_write(fixture.store, T(T_SLEEP), &args, on_answer, &answer);
    run_for(50);
    fixture_number("SELECT count(pg_terminate_backend(pid))" OTHERS);
    run_until(answer.calls > 0);
    assert_int_equal(answer.status, STATUS_UNAVAILABLE);
    assert_true(answer.took_ms < 2000);
}

/* A single lost link is back before anybody who was only waiting has to hear of it. */
static void what_had_not_been_sent_survives_a_short_loss(void **state)
{
    static struct row rows[20];
    (void)state;
    memset(rows, 0, sizeof(rows));
    fixture_create();
    struct batch *batch = batch_create(fixture.store, &item_kind);
    fixture_open();
    fixture_number("SELECT count(pg_terminate_backend(pid))" OTHERS
                   " AND application_name = 'hall-batch'");
    run_until(fixture.downs == 1);
    for (int i = 0; i < 20; i++)
        assert_int_equal(put_item(batch, i + 1, &rows[i]), STATUS_OK);
    run_until(rows[19].calls > 0);
    for (int i = 0; i < 20; i++)
        assert_int_equal(rows[i].status, STATUS_OK);
    assert_int_equal(fixture_number("SELECT count(*) FROM item"), 20);
}

static pid_t frozen;

/* The newest one: this test's. */
static pid_t batch_backend(void)
{
    return (pid_t)fixture_number("SELECT pid" OTHERS " AND application_name = 'hall-batch'"
                                 " ORDER BY backend_start DESC LIMIT 1");
}

/* A process that stays stopped would hold up the whole cluster. */
static int thaw(void **state)
{
    if (frozen)
        kill(frozen, SIGCONT);
    frozen = 0;
    return fixture_finish(state);
}

static void a_frozen_server_is_noticed_within_two_seconds(void **state)
{
    static struct row rows[3];
    (void)state;
    memset(rows, 0, sizeof(rows));
    fixture_create();
    struct batch *batch = batch_create(fixture.store, &item_kind);
    fixture_open();
    frozen = batch_backend();
    if (kill(frozen, SIGSTOP) != 0) {
        frozen = 0;
        print_message("skipped: the server's processes cannot be stopped by this user\n");
        skip();
    }
    assert_int_equal(put_item(batch, 1, &rows[0]), STATUS_OK);
    run_for(100);
    assert_int_equal(put_item(batch, 2, &rows[1]), STATUS_OK); /* waits behind it */
    run_until(rows[0].calls > 0);
    assert_int_equal(rows[0].status, STATUS_UNAVAILABLE);
    assert_in_range(rows[0].took_ms, 1500, 2000);
    /* The one that was only waiting is stored by the new link, or told in time. */
    run_until(rows[1].calls > 0);
    assert_true(rows[1].took_ms <= 2100);
    run_until(fixture.ups == 2);
    assert_int_equal(put_item(batch, 3, &rows[2]), STATUS_OK);
    run_until(rows[2].calls > 0);
    assert_int_equal(rows[2].status, STATUS_OK);
}

/* A statement that is slow on a server that lives ends by the server's own time-out. */
static void a_slow_statement_ends_with_an_answer(void **state)
{
    (void)state;
    fixture_create();
    fixture_open();
    struct answer answer = ask_with(T_SLEEP, "30");
    assert_int_equal(answer.status, STATUS_UNAVAILABLE);
    assert_string_equal(answer.sqlstate, "57014");
    assert_true(answer.took_ms < 2000);
    assert_int_equal(fixture.downs, 0);
    assert_int_equal(ask_with(T_PID, NULL).status, STATUS_OK);
}

/* Behind slow ones on the same link, requests are still told within the time. */
static void waiting_behind_others_ends_in_time(void **state)
{
    static struct answer answers[4];
    (void)state;
    memset(answers, 0, sizeof(answers));
    fixture_create();
    fixture_open();
    for (int i = 0; i < 4; i++) {
        struct store_args args = {0};
        args_string(&args, "0.8");
        answers[i].asked_ms = clock_mono_ms();
        store_write(fixture.store, T(T_SLEEP), &args, on_answer, &answers[i]);
    }
    run_until(answers[3].calls > 0);
    assert_int_equal(answers[0].status, STATUS_OK);
    assert_int_equal(answers[3].status, STATUS_UNAVAILABLE);
    for (int i = 0; i < 4; i++)
        assert_true(answers[i].took_ms <= 2100);
    run_until(store_is_idle(fixture.store));
    for (int i = 0; i < 4; i++)
        assert_int_equal(answers[i].calls, 1);
}

/* The fixture's own store is not the one that is wanted. */
static void drop_own_store(void)
{
    store_close(fixture.store, on_fixture_closed, NULL);
    run_until(fixture.closed);
    store_destroy(fixture.store);
    fixture.store = NULL;
    fixture.closed = false;
}

static void without_a_database_answers_come_at_once(void **state)
{
    static const char *const nowhere[] = {
        "host=/nonexistent dbname=none",
        "host=localhost port=1 dbname=none",     /* refused, after a lookup */
        "host=no-such-host.invalid dbname=none", /* a name that is not known */
        "postgresql://[::1]:1/none?user=nobody",
    };
    (void)state;
    for (size_t i = 0; i < sizeof(nowhere) / sizeof(nowhere[0]); i++) {
        struct answer answer = {0};
        struct row row = {0};
        fixture_create();
        drop_own_store();
        fixture.settings.database = nowhere[i];
        fixture.store = store_create(&fixture.loop, &fixture.settings, NULL);
        struct batch *batch = batch_create(fixture.store, &item_kind);
        store_open(fixture.store);
        run_for(300);
        answer.asked_ms = clock_mono_ms();
        store_read(fixture.store, T(T_PID), NULL, on_answer, &answer);
        run_until(answer.calls > 0);
        assert_int_equal(answer.status, STATUS_UNAVAILABLE);
        assert_true(answer.took_ms < 100);
        assert_int_equal(put_item(batch, 1, &row), STATUS_UNAVAILABLE);
        fixture_close();
        fixture.closed = false;
    }
}

static void an_address_that_cannot_be_read_is_refused(void **state)
{
    (void)state;
    fixture_create();
    drop_own_store();
    const struct store_watch watch = {.on_refused = on_fixture_refused};
    fixture.settings.database = "host==nothing =";
    fixture.store = store_create(&fixture.loop, &fixture.settings, &watch);
    store_open(fixture.store);
    assert_true(fixture.refused[0] != 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        store_test(a_killed_link_comes_back),
        store_test(what_was_in_flight_is_unavailable),
        store_test(what_had_not_been_sent_survives_a_short_loss),
        cmocka_unit_test_setup_teardown(a_frozen_server_is_noticed_within_two_seconds,
                                        fixture_reset, thaw),
        store_test(a_slow_statement_ends_with_an_answer),
        store_test(waiting_behind_others_ends_in_time),
        store_test(without_a_database_answers_come_at_once),
        store_test(an_address_that_cannot_be_read_is_refused),
    };
    return cmocka_run_group_tests_name("pg_link", tests, fixture_begin, fixture_end);
}
