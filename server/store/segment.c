/*
 * segment: statements that are one transaction, from the caller to a link and back. Also the
 * single reads and writes, which are segments of one.
 */
#include <assert.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "store/args_bind.h"
#include "store/rows_make.h"
#include "store/store_inside.h"

/* Each statement may need its principal said before it. */
#define SLOTS_MAX (2 * STORE_SEGMENT_MAX)

struct slot {
    const struct sql_statement_info *info;
    struct store_args args;
    bool is_callers; /* its rows are handed out */
};

enum said_state { SAID_NOBODY, SAID_ACCOUNT, SAID_SYSTEM };

struct store_segment {
    struct pg_request request; /* first */
    struct store *store;       /* borrowed */
    struct slot *slots;        /* owned */
    unsigned count;
    unsigned capacity;
    unsigned callers;
    enum said_state said; /* the principal after the last slot */
    struct store_principal who;
    enum status mistake;         /* found while adding; nothing is sent then */
    store_segment_fn segment_fn; /* one of the two */
    store_rows_fn rows_fn;
    void *ctx;
};

struct store_segment *store_segment_create(struct store *store)
{
    struct store_segment *segment = mem_alloc(sizeof(*segment));
    segment->store = store;
    return segment;
}

static void add_slot(struct store_segment *segment, unsigned statement, struct store_args *args)
{
    assert(segment->count < SLOTS_MAX);
    if (segment->count == segment->capacity) {
        segment->capacity += 2;
        segment->slots = mem_grow(segment->slots, segment->capacity, sizeof(struct slot));
    }
    struct slot *slot = &segment->slots[segment->count++];
    slot->info = &segment->store->wanted.statements[statement];
    slot->is_callers = false;
    args_move(&slot->args, args);
    if (args_bind(&slot->args, slot->info) != STATUS_OK)
        segment->mistake = STATUS_INTERNAL;
}

static void become(struct store_segment *segment, enum said_state whom, uint64_t account_id)
{
    struct store_args args = {0};
    args_id(&args, account_id);
    add_slot(segment, segment->store->wanted.become, &args);
    segment->said = whom;
}

static void say_principal(struct store_segment *segment, const struct sql_statement_info *info)
{
    if (info->principal == SQL_AS_SYSTEM && segment->said != SAID_SYSTEM)
        become(segment, SAID_SYSTEM, 0);
    if (info->principal != SQL_AS_ACCOUNT)
        return;
    if (segment->who.account_id == 0) {
        log_error("store.nobody_asks", "statement=%s", info->name);
        segment->mistake = STATUS_INTERNAL;
    } else if (segment->said != SAID_ACCOUNT) {
        become(segment, SAID_ACCOUNT, segment->who.account_id);
    }
}

void store_segment_add(struct store_segment *segment, enum sql_statement statement,
                       struct store_args *args)
{
    assert((unsigned)statement < segment->store->wanted.count);
    assert(segment->callers < STORE_SEGMENT_MAX);
    say_principal(segment, &segment->store->wanted.statements[statement]);
    add_slot(segment, (unsigned)statement, args);
    segment->slots[segment->count - 1].is_callers = true;
    segment->callers++;
}

void store_segment_as(struct store_segment *segment, struct store_principal who)
{
    if (segment->who.account_id != who.account_id && segment->said == SAID_ACCOUNT)
        segment->said = SAID_NOBODY;
    segment->who = who;
}

void store_segment_drop(struct store_segment *segment)
{
    pg_unit_clear(&segment->request.unit);
    for (unsigned i = 0; i < segment->count; i++)
        args_clear(&segment->slots[i].args);
    mem_free(segment->request.unit.results);
    mem_free(segment->slots);
    mem_free(segment);
}

/* --- to the link --- */

static bool send_slots(struct pg_unit *unit, PGconn *conn)
{
    struct store_segment *segment = (struct store_segment *)unit;
    for (unsigned i = 0; i < segment->count; i++) {
        const struct slot *slot = &segment->slots[i];
        struct bound_args bound;
        args_point(&slot->args, &bound);
        if (!PQsendQueryPrepared(conn, slot->info->name, bound.count, bound.values, bound.lengths,
                                 bound.formats, 1))
            return false;
    }
    return true;
}

/* --- and back --- */

static void log_failure(const struct store_segment *segment, const struct store_rows *failed)
{
    const struct pg_unit *unit = &segment->request.unit;
    log_warn("store.statement_failed", "statement=%s sqlstate=%s constraint=%s",
             segment->slots[unit->failed_index].info->name, failed->sqlstate, failed->constraint);
}

/* The caller's number of a slot. */
static unsigned callers_index(const struct store_segment *segment, unsigned slot)
{
    unsigned index = 0;
    for (unsigned i = 0; i < slot; i++)
        index += segment->slots[i].is_callers;
    return index;
}

static void answer_failed(struct store_segment *segment, enum status status)
{
    const struct pg_unit *unit = &segment->request.unit;
    struct store_rows failed;
    rows_of_result(&failed, unit->failed);
    if (unit->failed && status == STATUS_INTERNAL)
        log_failure(segment, &failed);
    const struct store_rows *said = unit->failed ? &failed : NULL;
    if (segment->rows_fn) {
        segment->rows_fn(segment->ctx, status, said);
        return;
    }
    const struct store_segment_result result = {
        .failed = said,
        .failed_index = said ? callers_index(segment, unit->failed_index) : 0,
    };
    segment->segment_fn(segment->ctx, status, &result);
}

static void answer_segment(struct pg_request *request, enum status status)
{
    struct store_segment *segment = (struct store_segment *)request;
    struct store_rows rows[STORE_SEGMENT_MAX];
    unsigned count = 0;
    if (status != STATUS_OK) {
        answer_failed(segment, status);
        return;
    }
    for (unsigned i = 0; i < segment->count; i++)
        if (segment->slots[i].is_callers)
            rows_of_result(&rows[count++], segment->request.unit.results[i]);
    if (segment->rows_fn) {
        segment->rows_fn(segment->ctx, STATUS_OK, &rows[0]);
        return;
    }
    const struct store_segment_result result = {.rows = rows, .count = count};
    segment->segment_fn(segment->ctx, STATUS_OK, &result);
}

static void release_segment(struct pg_request *request)
{
    store_segment_drop((struct store_segment *)request);
}

static void submit(struct store_segment *segment, struct pg_pool *pool)
{
    struct pg_request *request = &segment->request;
    request->answer = answer_segment;
    request->release = release_segment;
    request->unit.expected = segment->count;
    request->unit.results = mem_alloc(segment->count * sizeof(PGresult *));
    request->unit.send = send_slots;
    assert(segment->callers > 0);
    if (segment->mistake != STATUS_OK)
        pg_pool_refuse(pool, request, segment->mistake);
    else
        pg_pool_submit(pool, request);
}

void store_segment_read(struct store_segment *segment, store_segment_fn fn, void *ctx)
{
    segment->segment_fn = fn;
    segment->ctx = ctx;
    submit(segment, &segment->store->readers);
}

void store_segment_write(struct store_segment *segment, store_segment_fn fn, void *ctx)
{
    segment->segment_fn = fn;
    segment->ctx = ctx;
    submit(segment, &segment->store->control);
}

/* --- segments of one --- */

static struct store_segment *single(struct store *store, struct store_principal who,
                                    struct store_call call)
{
    struct store_segment *segment = store_segment_create(store);
    store_segment_as(segment, who);
    store_segment_add(segment, call.statement, call.args);
    segment->rows_fn = call.fn;
    segment->ctx = call.ctx;
    return segment;
}

void store_read_as(struct store *store, struct store_principal who, struct store_call call)
{
    submit(single(store, who, call), &store->readers);
}

void store_write_as(struct store *store, struct store_principal who, struct store_call call)
{
    submit(single(store, who, call), &store->control);
}

void store_read(struct store *store, enum sql_statement statement, struct store_args *args,
                store_rows_fn fn, void *ctx)
{
    store_read_as(store, (struct store_principal){0},
                  (struct store_call){statement, args, fn, ctx});
}

void store_write_slow(struct store *store, enum sql_statement statement, struct store_args *args,
                      store_rows_fn fn, void *ctx)
{
    const struct store_call call = {statement, args, fn, ctx};
    submit(single(store, (struct store_principal){0}, call), &store->slow);
}

void store_write(struct store *store, enum sql_statement statement, struct store_args *args,
                 store_rows_fn fn, void *ctx)
{
    store_write_as(store, (struct store_principal){0},
                   (struct store_call){statement, args, fn, ctx});
}
