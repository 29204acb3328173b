#include "store/pg_setup.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "store/pg_link.h"
#include "store/rows_make.h"

/* By name, because a test brings a table of its own. */
static bool find(const struct pg_setup_wanted *wanted, enum sql_statement statement, unsigned *out)
{
    const char *name = sql_statements[statement].name;
    for (unsigned i = 0; i < wanted->count; i++)
        if (strcmp(wanted->statements[i].name, name) == 0) {
            *out = i;
            return true;
        }
    log_error("store.statement_missing", "statement=%s", name);
    return false;
}

bool pg_setup_find(struct pg_setup_wanted *wanted)
{
    return find(wanted, SQL_STORE_BECOME, &wanted->become) &&
           find(wanted, SQL_STORE_LISTEN, &wanted->listen) &&
           find(wanted, SQL_STORE_DURABILITY, &wanted->durability) &&
           find(wanted, SQL_STORE_SCHEMA_VERSION, &wanted->version);
}

static struct pg_setup *setup_of(struct pg_unit *unit)
{
    return (struct pg_setup *)((char *)unit - offsetof(struct pg_setup, unit));
}

/* Undefined names and types: the schema is another one. Anything else may pass. */
static bool is_our_mistake(const char *sqlstate)
{
    return strncmp(sqlstate, "42", 2) == 0;
}

static void fail(struct pg_setup *setup, const char *what)
{
    struct store_rows error;
    char why[96];
    rows_of_result(&error, setup->unit.failed);
    snprintf(why, sizeof(why), "%s sqlstate=%s", what, error.sqlstate);
    pg_unit_clear(&setup->unit);
    if (is_our_mistake(error.sqlstate))
        pg_link_refuse(setup->link, why);
    else
        pg_link_setup_failed(setup->link, why);
}

/* 1. Everything is prepared. */

static bool send_prepares(struct pg_unit *unit, PGconn *conn)
{
    const struct pg_setup_wanted *wanted = setup_of(unit)->link->wanted;
    for (unsigned i = 0; i < wanted->count; i++) {
        const struct sql_statement_info *info = &wanted->statements[i];
        if (info->role != SQL_ROLE_APP)
            continue;
        if (!PQsendPrepare(conn, info->name, info->text, info->arg_count, info->arg_types))
            return false;
    }
    return true;
}

/* The name of the n-th prepared statement. */
static const char *prepared_name(const struct pg_setup_wanted *wanted, unsigned n)
{
    for (unsigned i = 0; i < wanted->count; i++)
        if (wanted->statements[i].role == SQL_ROLE_APP && n-- == 0)
            return wanted->statements[i].name;
    return "?";
}

static void send_checks(struct pg_setup *setup);

static void on_prepared(struct pg_unit *unit, enum status status)
{
    struct pg_setup *setup = setup_of(unit);
    if (status == STATUS_OK) {
        pg_unit_clear(unit);
        send_checks(setup);
    } else if (unit->failed) {
        fail(setup, prepared_name(setup->link->wanted, unit->failed_index));
    }
}

void pg_setup_begin(struct pg_setup *setup, struct pg_link *link)
{
    unsigned expected = 0;
    for (unsigned i = 0; i < link->wanted->count; i++)
        expected += link->wanted->statements[i].role == SQL_ROLE_APP;
    memset(setup, 0, sizeof(*setup));
    setup->link = link;
    setup->unit.expected = expected;
    setup->unit.send = send_prepares;
    setup->unit.done = on_prepared;
    pg_link_send(link, &setup->unit);
}

/* 2. The database is what it must be; the listening link begins to listen. */

static bool execute(PGconn *conn, const struct sql_statement_info *info)
{
    return PQsendQueryPrepared(conn, info->name, 0, NULL, NULL, NULL, 1);
}

static bool send_check_statements(struct pg_unit *unit, PGconn *conn)
{
    const struct pg_link *link = setup_of(unit)->link;
    const struct pg_setup_wanted *wanted = link->wanted;
    return execute(conn, &wanted->statements[wanted->durability]) &&
           execute(conn, &wanted->statements[wanted->version]) &&
           (link->use != PG_LINK_LISTEN || execute(conn, &wanted->statements[wanted->listen]));
}

/* fsync, full_page_writes, synchronous_commit, in this order. */
static bool is_durable(const PGresult *result)
{
    static const char *const names[] = {"fsync", "full_page_writes", "synchronous_commit"};
    struct store_rows rows;
    bool durable = true;
    rows_of_result(&rows, result);
    for (int i = 0; i < (int)ARRAY_LEN(names); i++) {
        bool off = rows.count != 1 || strcmp(rows_text(&rows, 0, i).data, "off") == 0;
        if (off)
            log_error("store.not_durable", "setting=%s value=off", names[i]);
        durable = durable && !off;
    }
    return durable;
}

static const char *find_objection(const struct pg_setup *setup)
{
    const struct pg_setup_wanted *wanted = setup->link->wanted;
    if (!is_durable(setup->results[0])) {
        if (!wanted->unsafe_durability)
            return "fsync, full_page_writes or synchronous_commit is off";
        log_warn("store.unsafe_durability", "acknowledged=may be lost");
    }
    struct store_rows rows;
    rows_of_result(&rows, setup->results[1]);
    int64_t version = rows.count == 1 ? rows_int(&rows, 0, 0) : 0;
    if (wanted->schema_version && version != wanted->schema_version) {
        log_error("store.schema_version", "found=%lld wanted=%u", (long long)version,
                  wanted->schema_version);
        return "the schema has another version";
    }
    return NULL;
}

static void on_checked(struct pg_unit *unit, enum status status)
{
    struct pg_setup *setup = setup_of(unit);
    if (status != STATUS_OK) {
        if (unit->failed)
            fail(setup, "check");
        return;
    }
    const char *objection = find_objection(setup);
    pg_unit_clear(unit);
    if (objection)
        pg_link_refuse(setup->link, objection);
    else
        pg_link_setup_done(setup->link);
}

static void send_checks(struct pg_setup *setup)
{
    setup->unit.expected = setup->link->use == PG_LINK_LISTEN ? 3 : 2;
    setup->unit.results = setup->results;
    setup->unit.send = send_check_statements;
    setup->unit.done = on_checked;
    pg_link_send(setup->link, &setup->unit);
}
