/*
 * batch_send: one load's way through the link: sent, told, or sent again row by row.
 */
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "store/batch_inside.h"
#include "store/pg_codec.h"
#include "store/rows_make.h"

uint64_t batch_bucket_us(unsigned bucket)
{
    return bucket + 1 < BATCH_BUCKETS ? UINT64_C(250) << bucket : UINT64_MAX;
}

static void count_durable(struct batch *batch, const struct batch_load *load, unsigned rows)
{
    uint64_t us = (uint64_t)(clock_mono_us() - load->since_us);
    unsigned bucket = 0;
    while (us > batch_bucket_us(bucket))
        bucket++;
    batch->stats.buckets[bucket]++;
    batch->stats.batches++;
    batch->stats.rows += rows;
    batch->stats.latency_us += us * rows;
}

/* --- telling --- */

static void tell_row(struct batch *batch, const struct batch_row *row, enum status status,
                     const PGresult *result)
{
    struct store_rows rows;
    struct batch_answer answer = {NULL, row->first, row->count};
    if (status == STATUS_UNAVAILABLE)
        batch->stats.unknown_rows++;
    else if (status != STATUS_OK)
        batch->stats.failed_rows++;
    if (result) {
        rows_of_result(&rows, result);
        answer.rows = &rows;
    }
    row->fn(row->ctx, status, &answer);
}

/* Which rows of the result belong to which row of the load: by the first column. */
static void match_rows(struct batch_load *load, const PGresult *result)
{
    struct store_rows rows;
    rows_of_result(&rows, result);
    for (int i = 0; i < rows.count; i++) {
        int64_t ord = rows_int(&rows, i, 0);
        if (ord < 1 || ord > (int64_t)load->count) {
            log_error("store.batch_bad_ord", "kind=%s ord=%lld rows=%u", load->batch->kind->name,
                      (long long)ord, load->count);
            continue;
        }
        struct batch_row *row = &load->rows[ord - 1];
        if (row->count++ == 0)
            row->first = i;
    }
}

static void tell_all(struct batch_load *load, enum status status)
{
    struct batch *batch = load->batch;
    const PGresult *result = NULL;
    if (status == STATUS_OK) {
        result = load->results[load->unit.expected - 1];
        match_rows(load, result);
        count_durable(batch, load, load->count);
    }
    for (unsigned i = 0; i < load->count; i++)
        tell_row(batch, &load->rows[i], status, result);
}

void batch_refuse_before(struct batch *batch, int64_t before_us)
{
    while (batch->loads && batch->loads->since_us <= before_us) {
        struct batch_load *load = batch_pop(batch);
        tell_all(load, STATUS_UNAVAILABLE);
        batch_recycle(batch, load);
    }
}

/* --- sending --- */

/* The statement, with the principal before it if it needs one. */
static bool send_statement(const struct batch *batch, PGconn *conn,
                           const struct batch_params *params)
{
    if (batch->become) {
        uint8_t nobody[8];
        const char *value = (const char *)nobody;
        const int length = sizeof(nobody);
        const int format = 1;
        pg_put64(nobody, 0);
        if (!PQsendQueryPrepared(conn, batch->become->name, 1, &value, &length, &format, 1))
            return false;
    }
    if (!PQsendQueryPrepared(conn, batch->info->name, (int)batch->kind->column_count,
                             params->values, params->lengths, params->formats, 1))
        return false;
    /* The planted bug wants to see its result before the commit. */
    return !batch->ack_before_sync || PQsendFlushRequest(conn) == 1;
}

static bool send_load(struct pg_unit *unit, PGconn *conn)
{
    struct batch_load *load = (struct batch_load *)unit;
    struct batch_params params;
    batch_load_params(load, load->batch->kind, &params);
    return send_statement(load->batch, conn, &params);
}

static void replay(struct batch_load *load);

/* Failures that concern one row, and deadlocks, are worth a second try; the others would only
 * take as long again for every row. */
static bool is_worth_replay(const struct pg_unit *unit, enum status status)
{
    if (!unit->failed)
        return false;
    const char *sqlstate = PQresultErrorField(unit->failed, PG_DIAG_SQLSTATE);
    bool collision = sqlstate && strncmp(sqlstate, "40", 2) == 0;
    return status != STATUS_UNAVAILABLE || collision;
}

/* A row that was trusted to be new is not. */
static bool may_take_care(struct batch_load *load)
{
    const PGresult *failed = load->unit.failed;
    const char *sqlstate = failed ? PQresultErrorField(failed, PG_DIAG_SQLSTATE) : NULL;
    return sqlstate && strcmp(sqlstate, "23505") == 0 &&
           batch_load_take_care(load, load->batch->kind);
}

static void send_again(struct batch_load *load)
{
    struct batch *batch = load->batch;
    log_info("store.batch_doubted", "kind=%s rows=%u", batch->kind->name, load->count);
    batch->stats.doubted++;
    pg_unit_clear(&load->unit);
    pg_link_send(&batch->writer->link, &load->unit);
}

static void on_load_done(struct pg_unit *unit, enum status status)
{
    struct batch_load *load = (struct batch_load *)unit;
    struct batch *batch = load->batch;
    if (load->told) {
        if (status != STATUS_OK)
            log_error("store.planted_bug", "acknowledged_and_lost=%u", load->count);
    } else if (may_take_care(load)) {
        send_again(load);
        return;
    } else if (is_worth_replay(unit, status)) {
        replay(load);
        return;
    }
    batch_writer_next(batch->writer); /* the database goes on while we tell */
    if (!load->told)
        tell_all(load, status);
    batch_recycle(batch, load);
}

static void tell_before_sync(struct pg_unit *unit)
{
    struct batch_load *load = (struct batch_load *)unit;
    load->told = true;
    tell_all(load, STATUS_OK);
}

void batch_send(struct batch *batch)
{
    struct batch_load *load = batch_pop(batch);
    load->unit.expected = batch->become ? 2 : 1;
    load->unit.results = load->results;
    load->unit.send = send_load;
    load->unit.done = on_load_done;
    load->unit.before_sync = batch->ack_before_sync ? tell_before_sync : NULL;
    batch->writer->in_flight = true;
    pg_link_send(&batch->writer->link, &load->unit);
}

/* --- one by one --- */

struct replay_row {
    struct pg_unit unit; /* first */
    struct replay *replay;
    unsigned index;
    PGresult *results[2];
};

struct replay {
    struct batch_load *load; /* owned until the last row */
    struct batch_walk walk;
    unsigned left;
    struct replay_row rows[];
};

static bool send_row(struct pg_unit *unit, PGconn *conn)
{
    struct replay *again = ((struct replay_row *)unit)->replay;
    struct batch *batch = again->load->batch;
    struct batch_params params;
    batch_walk_next(&again->walk, batch->kind, &params);
    return send_statement(batch, conn, &params);
}

static void end_replay(struct replay *again)
{
    batch_walk_end(&again->walk);
    batch_recycle(again->load->batch, again->load);
    mem_free(again);
}

static void on_row_done(struct pg_unit *unit, enum status status)
{
    struct replay_row *again = (struct replay_row *)unit;
    struct replay *all = again->replay;
    struct batch *batch = all->load->batch;
    struct batch_row *row = &all->load->rows[again->index];
    const PGresult *result = unit->failed;
    bool is_last = --all->left == 0;
    if (status == STATUS_OK) {
        result = again->results[unit->expected - 1];
        row->count = PQntuples(result);
        row->first = row->count ? 0 : -1;
        count_durable(batch, all->load, 1);
    }
    if (is_last)
        batch_writer_next(batch->writer);
    tell_row(batch, row, status, result);
    pg_unit_clear(unit);
    if (is_last)
        end_replay(all);
}

static void replay(struct batch_load *load)
{
    struct batch *batch = load->batch;
    struct replay *again = mem_alloc(sizeof(*again) + load->count * sizeof(again->rows[0]));
    log_info("store.batch_replayed", "kind=%s rows=%u sqlstate=%s", batch->kind->name, load->count,
             PQresultErrorField(load->unit.failed, PG_DIAG_SQLSTATE));
    batch->stats.replays++;
    pg_unit_clear(&load->unit);
    again->load = load;
    again->left = load->count;
    batch_walk_begin(&again->walk, load);
    for (unsigned i = 0; i < load->count; i++) {
        struct replay_row *row = &again->rows[i];
        row->replay = again;
        row->index = i;
        row->unit.expected = batch->become ? 2 : 1;
        row->unit.results = row->results;
        row->unit.send = send_row;
        row->unit.done = on_row_done;
    }
    for (unsigned i = 0; i < load->count; i++)
        pg_link_send(&batch->writer->link, &again->rows[i].unit);
}
