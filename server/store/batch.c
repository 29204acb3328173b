#include "store/batch.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "store/batch_inside.h"
#include "store/pg_codec.h"
#include "store/store_inside.h"

/* The element type an array argument wants. */
static uint32_t element_of(uint32_t array_oid)
{
    static const uint32_t pairs[][2] = {
        {PG_BOOL_ARRAY, PG_BOOL},    {PG_BYTEA_ARRAY, PG_BYTEA},
        {PG_INT2_ARRAY, PG_INT2},    {PG_INT4_ARRAY, PG_INT4},
        {PG_INT8_ARRAY, PG_INT8},    {PG_TEXT_ARRAY, PG_TEXT},
        {PG_VARCHAR_ARRAY, PG_TEXT}, {PG_TIMESTAMPTZ_ARRAY, PG_TIMESTAMPTZ},
    };
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
        if (pairs[i][0] == array_oid)
            return pairs[i][1];
    return 0;
}

/* A kind that does not fit its statement is found at start, not at the first message. */
static void check_kind(const struct batch_kind *kind, const struct sql_statement_info *info)
{
    bool fits = kind->column_count == info->arg_count && kind->column_count <= BATCH_COLUMNS_MAX;
    for (unsigned i = 0; fits && i < kind->column_count; i++)
        fits = element_of(info->arg_types[i]) == batch_type_oid(kind->types[i]);
    if (kind->doubt_column)
        fits = fits && kind->doubt_column <= kind->column_count &&
               kind->types[kind->doubt_column - 1] == BATCH_INT4;
    if (fits)
        return;
    log_error("store.batch_misfit", "kind=%s statement=%s", kind->name, info->name);
    abort();
}

struct batch *batch_create(struct store *store, const struct batch_kind *kind)
{
    struct batch_writer *writer = &store->writer;
    struct batch *batch = mem_alloc(sizeof(*batch));
    assert(writer->kind_count < BATCH_KINDS_MAX && kind->max_rows > 0);
    batch->writer = writer;
    batch->kind = kind;
    batch->info = &store->wanted.statements[kind->statement];
    if (batch->info->principal == SQL_AS_SYSTEM)
        batch->become = &store->wanted.statements[store->wanted.become];
    assert(batch->info->principal != SQL_AS_ACCOUNT); /* rows of many people */
    check_kind(kind, batch->info);
    batch->waiting_rows_max = store->settings.waiting_rows_max;
    batch->ack_before_sync = store->settings.plant_ack_on_command_ok;
    batch->stats.name = kind->name;
    writer->kinds[writer->kind_count++] = batch;
    return batch;
}

void batch_destroy(struct batch *batch)
{
    struct batch_load *load;
    while ((load = batch_pop(batch)) != NULL)
        batch_load_destroy(load);
    while ((load = batch->spares) != NULL) {
        batch->spares = load->next;
        batch_load_destroy(load);
    }
    mem_free(batch);
}

/* --- loads --- */

struct batch_load *batch_pop(struct batch *batch)
{
    struct batch_load *load = batch->loads;
    if (!load)
        return NULL;
    batch->loads = load->next;
    if (!batch->loads)
        batch->last = NULL;
    load->next = NULL;
    batch->waiting_rows -= load->count;
    batch->waiting_bytes -= load->bytes;
    return load;
}

void batch_recycle(struct batch *batch, struct batch_load *load)
{
    pg_unit_clear(&load->unit);
    if (batch->spare_count >= BATCH_SPARES_MAX) {
        batch_load_destroy(load);
        return;
    }
    batch_load_empty(load);
    load->next = batch->spares;
    batch->spares = load;
    batch->spare_count++;
}

static bool is_full(const struct batch_load *load)
{
    return load->count >= load->capacity || load->bytes >= BATCH_LOAD_BYTES_MAX;
}

/* The load that takes the next row. */
static struct batch_load *open_load(struct batch *batch)
{
    struct batch_load *load = batch->last;
    if (load && !is_full(load))
        return load;
    load = batch->spares;
    if (load) {
        batch->spares = load->next;
        batch->spare_count--;
    } else {
        load = batch_load_create(batch, batch->kind->max_rows);
    }
    load->next = NULL;
    load->number = batch->next_number++;
    load->since_us = clock_mono_us();
    if (batch->last)
        batch->last->next = load;
    else
        batch->loads = load;
    batch->last = load;
    return load;
}

/* --- rows --- */

enum status batch_begin_row(struct batch *batch, batch_row_fn fn, void *ctx)
{
    assert(batch->column == 0);
    if (batch_writer_is_away(batch->writer)) {
        batch->stats.unknown_rows++;
        return STATUS_UNAVAILABLE;
    }
    if (batch->waiting_rows >= batch->waiting_rows_max ||
        batch->waiting_bytes >= BATCH_WAITING_BYTES_MAX) {
        batch->stats.busy_rows++;
        return STATUS_BUSY;
    }
    struct batch_load *load = open_load(batch);
    batch->waiting_bytes -= load->bytes; /* counted again at the row's end */
    load->rows[load->count] = (struct batch_row){fn, ctx, -1, 0};
    return STATUS_OK;
}

struct batch_place batch_place(const struct batch *batch)
{
    return (struct batch_place){batch->last->number, batch->last->count + 1};
}

static uint8_t *element(struct batch *batch, enum batch_type type, uint32_t len)
{
    assert(batch->column < batch->kind->column_count);
    assert(batch->kind->types[batch->column] == type);
    (void)type;
    return batch_load_element(batch->last, batch->column++, len);
}

void batch_put_int(struct batch *batch, int64_t value)
{
    switch (batch->kind->types[batch->column]) {
    case BATCH_INT2:
        assert(value >= INT16_MIN && value <= INT16_MAX);
        pg_put16(element(batch, BATCH_INT2, 2), (uint16_t)value);
        return;
    case BATCH_INT4:
        assert(value >= INT32_MIN && value <= INT32_MAX);
        pg_put32(element(batch, BATCH_INT4, 4), (uint32_t)value);
        return;
    default:
        pg_put64(element(batch, BATCH_INT8, 8), (uint64_t)value);
        return;
    }
}

void batch_put_id(struct batch *batch, uint64_t value)
{
    batch_put_int(batch, (int64_t)value);
}

void batch_put_bool(struct batch *batch, bool value)
{
    *element(batch, BATCH_BOOL, 1) = value;
}

void batch_put_time(struct batch *batch, int64_t ms)
{
    pg_put64(element(batch, BATCH_TIME, 8), (uint64_t)pg_time_from_ms(ms));
}

static void put_bytes(struct batch *batch, enum batch_type type, const void *bytes, size_t len)
{
    uint8_t *at = element(batch, type, (uint32_t)len);
    if (len)
        memcpy(at, bytes, len);
}

void batch_put_text(struct batch *batch, const char *text, size_t len)
{
    put_bytes(batch, BATCH_TEXT, text, len);
}

void batch_put_bin(struct batch *batch, const void *bytes, size_t len)
{
    put_bytes(batch, BATCH_BIN, bytes, len);
}

void batch_put_null(struct batch *batch)
{
    assert(batch->column < batch->kind->column_count);
    batch_load_null(batch->last, batch->column++);
}

void batch_end_row(struct batch *batch)
{
    struct batch_load *load = batch->last;
    assert(batch->column == batch->kind->column_count);
    batch->column = 0;
    load->count++;
    batch->waiting_rows++;
    batch->waiting_bytes += load->bytes;
    if (!batch->writer->in_flight)
        batch_writer_wake(batch->writer);
}
