/*
 * store_fixture: a store on a loop, over tables and statements of the test's own, in a schema of
 * its own in the database that HALL_TEST_DB names (a superuser's connection string). Without
 * HALL_TEST_DB the tests are skipped. Included by each test program once.
 */
#ifndef TESTS_UNIT_STORE_STORE_FIXTURE_H
#define TESTS_UNIT_STORE_STORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <libpq-fe.h>

#include "base/clock.h"
#include "base/log.h"
#include "store/batch.h"
#include "store/store.h"
#include "store/store_stats.h"

/* Each program uses some of what is here. */
#define SHARED __attribute__((unused)) static

enum fixture_statement {
    T_BECOME,
    T_LISTEN,
    T_DURABILITY,
    T_VERSION,
    T_SCALARS,
    T_ARRAYS,
    T_SLEEP,
    T_PID,
    T_WHO,
    T_WHO_ACCOUNT,
    T_WHO_SYSTEM,
    T_TEXT_FORMS,
    T_ITEM_COUNT,
    T_ITEM_ADD,
    T_ITEM_ADD_ONE,
    T_LATE_ADD,
    T_NOTIFY,
    T_COUNT
};

#define T(statement) ((enum sql_statement)(statement))

static const uint32_t become_types[] = {20};
static const uint32_t scalar_types[] = {21, 23, 20, 16, 25, 17, 1184, 25};
static const uint32_t array_types[] = {1005, 1007, 1016, 1009, 1185, 1001};
static const uint32_t sleep_types[] = {701};
static const uint32_t text_types[] = {3802, 1700, 2950};
static const uint32_t item_types[] = {1016, 1009};
static const uint32_t item_one_types[] = {20, 25};
static const uint32_t late_types[] = {1016};
static const uint32_t notify_types[] = {25};

#define ROW_OF(types) .arg_types = types, .arg_count = sizeof(types) / sizeof((types)[0])

static const struct sql_statement_info fixture_statements[T_COUNT] = {
    [T_BECOME] = {.name = "store_become",
                  .text = "SELECT set_config('hall.account_id', $1::text, true)",
                  ROW_OF(become_types)},
    [T_LISTEN] = {.name = "store_listen", .text = "LISTEN hall"},
    [T_DURABILITY] = {.name = "store_durability",
                      .text = "SELECT current_setting('fsync'),"
                              " current_setting('full_page_writes'),"
                              " current_setting('synchronous_commit')"},
    [T_VERSION] = {.name = "store_schema_version", .text = "SELECT 7::integer"},
    [T_SCALARS] = {.name = "t_scalars",
                   .text = "SELECT $1, $2, $3, $4, $5, $6, $7, $8",
                   ROW_OF(scalar_types)},
    [T_ARRAYS] = {.name = "t_arrays", .text = "SELECT $1, $2, $3, $4, $5, $6", ROW_OF(array_types)},
    [T_SLEEP] = {.name = "t_sleep", .text = "SELECT pg_sleep($1)", ROW_OF(sleep_types)},
    [T_PID] = {.name = "t_pid", .text = "SELECT pg_backend_pid()"},
    [T_WHO] = {.name = "t_who", .text = "SELECT current_setting('hall.account_id', true)"},
    [T_WHO_ACCOUNT] = {.name = "t_who_account",
                       .principal = SQL_AS_ACCOUNT,
                       .text = "SELECT current_setting('hall.account_id', true)"},
    [T_WHO_SYSTEM] = {.name = "t_who_system",
                      .principal = SQL_AS_SYSTEM,
                      .text = "SELECT current_setting('hall.account_id', true)"},
    [T_TEXT_FORMS] = {.name = "t_text_forms",
                      .text = "SELECT $1, $2::text, $3",
                      ROW_OF(text_types)},
    [T_ITEM_COUNT] = {.name = "t_item_count", .text = "SELECT count(*), max(id) FROM item"},
    [T_ITEM_ADD] = {.name = "t_item_add",
                    .text = "WITH input AS MATERIALIZED (SELECT * FROM"
                            " unnest($1, $2) WITH ORDINALITY AS r (id, body, ord)),"
                            " added AS (INSERT INTO item (id, body) SELECT id, body FROM input"
                            " ORDER BY ord ON CONFLICT (id) DO NOTHING RETURNING id, place)"
                            " SELECT ord::integer, id, place FROM input JOIN added USING (id)"
                            " ORDER BY ord",
                    ROW_OF(item_types)},
    [T_ITEM_ADD_ONE] = {.name = "t_item_add_one",
                        .text = "INSERT INTO item VALUES ($1, $2)",
                        ROW_OF(item_one_types)},
    [T_LATE_ADD] = {.name = "t_late_add",
                    .text = "WITH added AS (INSERT INTO late SELECT unnest($1) RETURNING id)"
                            " SELECT (row_number() OVER ())::integer, id FROM added",
                    ROW_OF(late_types)},
    [T_NOTIFY] = {.name = "t_notify", .text = "SELECT pg_notify('hall', $1)", ROW_OF(notify_types)},
};

/* late: its uniqueness is only checked by the commit. */
static const char *const fixture_tables =
    "CREATE TABLE item (id bigint PRIMARY KEY CHECK (id > 0), body text,"
    " place bigint GENERATED ALWAYS AS IDENTITY);"
    "CREATE TABLE late (id bigint UNIQUE DEFERRABLE INITIALLY DEFERRED)";

struct fixture {
    uv_loop_t loop;
    struct store *store;
    struct store_settings settings;
    char database[1024];
    char schema[64];
    PGconn *admin;
    unsigned ups;
    unsigned downs;
    unsigned listenings;
    char refused[128];
    char notified[STORE_NOTIFY_MAX];
    bool closed;
};

static struct fixture fixture;

SHARED void fixture_admin(const char *command)
{
    PGresult *result = PQexec(fixture.admin, command);
    ExecStatusType state = PQresultStatus(result);
    if (state != PGRES_COMMAND_OK && state != PGRES_TUPLES_OK)
        fail_msg("%s: %s", command, PQerrorMessage(fixture.admin));
    PQclear(result);
}

SHARED long fixture_number(const char *query)
{
    PGresult *result = PQexec(fixture.admin, query);
    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        fail_msg("%s: %s", query, PQerrorMessage(fixture.admin));
    long value = strtol(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    return value;
}

/* The database's string with the schema as search path. */
SHARED void fixture_write_address(const char *database)
{
    PQconninfoOption *options = PQconninfoParse(database, NULL);
    size_t at = 0;
    assert_non_null(options);
    for (PQconninfoOption *o = options; o->keyword; o++)
        if (o->val && o->val[0])
            at += (size_t)snprintf(fixture.database + at, sizeof(fixture.database) - at, "%s='%s' ",
                                   o->keyword, o->val);
    snprintf(fixture.database + at, sizeof(fixture.database) - at, "options='-c search_path=%s'",
             fixture.schema);
    PQconninfoFree(options);
}

/* cmocka group set-up. */
SHARED int fixture_begin(void **state)
{
    const char *database = getenv("HALL_TEST_DB");
    (void)state;
    log_set_level(LOG_LEVEL_ERROR);
    if (!database)
        return 0;
    snprintf(fixture.schema, sizeof(fixture.schema), "store_test_%ld", (long)getpid());
    fixture_write_address(database);
    fixture.admin = PQconnectdb(fixture.database);
    if (PQstatus(fixture.admin) != CONNECTION_OK) {
        fprintf(stderr, "HALL_TEST_DB: %s", PQerrorMessage(fixture.admin));
        return 1;
    }
    char command[128];
    snprintf(command, sizeof(command), "CREATE SCHEMA %s", fixture.schema);
    fixture_admin(command);
    fixture_admin(fixture_tables);
    return 0;
}

SHARED int fixture_end(void **state)
{
    (void)state;
    if (fixture.admin) {
        char command[128];
        snprintf(command, sizeof(command), "DROP SCHEMA %s CASCADE", fixture.schema);
        fixture_admin("SET client_min_messages = warning");
        fixture_admin(command);
        PQfinish(fixture.admin);
    }
    return 0;
}

SHARED void on_fixture_up(void *ctx)
{
    (void)ctx;
    fixture.ups++;
}

SHARED void on_fixture_down(void *ctx)
{
    (void)ctx;
    fixture.downs++;
}

SHARED void on_fixture_listening(void *ctx)
{
    (void)ctx;
    fixture.listenings++;
}

SHARED void on_fixture_notify(void *ctx, const char *text)
{
    (void)ctx;
    snprintf(fixture.notified, sizeof(fixture.notified), "%s", text);
}

SHARED void on_fixture_refused(void *ctx, const char *why)
{
    (void)ctx;
    snprintf(fixture.refused, sizeof(fixture.refused), "%s", why);
}

SHARED void on_fixture_closed(void *ctx)
{
    (void)ctx;
    fixture.closed = true;
}

/* Runs the loop until the condition holds; fails after some seconds. */
#define FIXTURE_PATIENCE_MS 15000
#define run_until(condition)                                                                       \
    do {                                                                                           \
        int64_t give_up_ms = clock_mono_ms() + FIXTURE_PATIENCE_MS;                                \
        while (!(condition)) {                                                                     \
            if (clock_mono_ms() > give_up_ms)                                                      \
                fail_msg("never came true: %s", #condition);                                       \
            uv_run(&fixture.loop, UV_RUN_ONCE);                                                    \
        }                                                                                          \
    } while (0)

/* Creates the store; the test may make batches before it opens. */
SHARED void fixture_create(void)
{
    if (!fixture.admin) {
        print_message("skipped: HALL_TEST_DB is not set\n");
        skip();
    }
    const struct store_watch watch = {
        .on_up = on_fixture_up,
        .on_down = on_fixture_down,
        .on_listening = on_fixture_listening,
        .on_notify = on_fixture_notify,
        .on_refused = on_fixture_refused,
    };
    fixture.settings.database = fixture.database;
    fixture.settings.statements = fixture_statements;
    fixture.settings.statement_count = T_COUNT;
    fixture_admin("TRUNCATE item, late RESTART IDENTITY");
    uv_loop_init(&fixture.loop);
    fixture.store = store_create(&fixture.loop, &fixture.settings, &watch);
}

SHARED void fixture_open(void)
{
    store_open(fixture.store);
    run_until(store_is_up(fixture.store) && fixture.listenings > 0);
}

/* cmocka set-up and tear-down of one test. */
SHARED int fixture_reset(void **state)
{
    (void)state;
    memset(&fixture.settings, 0, sizeof(fixture.settings));
    fixture.store = NULL;
    fixture.ups = fixture.downs = fixture.listenings = 0;
    fixture.refused[0] = fixture.notified[0] = 0;
    fixture.closed = false;
    return 0;
}

SHARED void fixture_close(void)
{
    store_close(fixture.store, on_fixture_closed, NULL);
    run_until(fixture.closed);
    uv_run(&fixture.loop, UV_RUN_DEFAULT); /* nothing may keep the loop alive */
    store_destroy(fixture.store);
    fixture.store = NULL;
    assert_int_equal(uv_loop_close(&fixture.loop), 0);
}

SHARED int fixture_finish(void **state)
{
    (void)state;
    if (fixture.store)
        fixture_close();
    return 0;
}

#define store_test(name) cmocka_unit_test_setup_teardown(name, fixture_reset, fixture_finish)

/* --- one answer --- */

struct answer {
    unsigned calls;
    enum status status;
    char sqlstate[6];
    char constraint[64];
    int count;
    int64_t number; /* first column of the first row */
    char text[64];
    int64_t took_ms; /* since asked_ms */
    int64_t asked_ms;
};

SHARED void on_answer(void *ctx, enum status status, const struct store_rows *rows)
{
    struct answer *answer = ctx;
    answer->calls++;
    answer->status = status;
    answer->took_ms = clock_mono_ms() - answer->asked_ms;
    if (!rows)
        return;
    memcpy(answer->sqlstate, rows->sqlstate, sizeof(answer->sqlstate));
    memcpy(answer->constraint, rows->constraint, sizeof(answer->constraint));
    answer->count = rows->count;
    if (rows->count > 0) {
        answer->number = rows_int(rows, 0, 0);
        snprintf(answer->text, sizeof(answer->text), "%s", rows_text(rows, 0, 0).data);
    }
}

#endif
