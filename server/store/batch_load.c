#include "store/batch_load.h"

#include <string.h>

#include "base/mem.h"
#include "store/pg_codec.h"

#define COLUMN_FIRST_BYTES 1024

uint32_t batch_type_oid(enum batch_type type)
{
    switch (type) {
    case BATCH_INT2:
        return PG_INT2;
    case BATCH_INT4:
        return PG_INT4;
    case BATCH_INT8:
        return PG_INT8;
    case BATCH_BOOL:
        return PG_BOOL;
    case BATCH_TEXT:
        return PG_TEXT;
    case BATCH_BIN:
        return PG_BYTEA;
    case BATCH_TIME:
        return PG_TIMESTAMPTZ;
    }
    return 0;
}

static uint8_t *grow(struct batch_column *column, size_t bytes)
{
    size_t need = column->len + bytes;
    if (need > column->cap) {
        size_t cap = column->cap ? column->cap * 2 : COLUMN_FIRST_BYTES;
        while (cap < need)
            cap *= 2;
        column->bytes = mem_grow(column->bytes, cap, 1);
        column->cap = cap;
    }
    uint8_t *at = column->bytes + column->len;
    column->len = need;
    return at;
}

static void empty_column(struct batch_column *column)
{
    if (column->cap > BATCH_COLUMN_KEEP_BYTES) {
        mem_free(column->bytes);
        memset(column, 0, sizeof(*column));
    }
    column->len = 0;
    column->has_null = false;
    grow(column, PG_ARRAY_HEADER_BYTES);
}

struct batch_load *batch_load_create(struct batch *batch, unsigned max_rows)
{
    struct batch_load *load = mem_alloc(sizeof(*load));
    load->batch = batch;
    load->capacity = max_rows;
    load->rows = mem_grow(NULL, max_rows, sizeof(struct batch_row));
    batch_load_empty(load);
    return load;
}

void batch_load_destroy(struct batch_load *load)
{
    pg_unit_clear(&load->unit);
    for (unsigned i = 0; i < BATCH_COLUMNS_MAX; i++)
        mem_free(load->columns[i].bytes);
    mem_free(load->rows);
    mem_free(load);
}

void batch_load_empty(struct batch_load *load)
{
    load->count = 0;
    load->bytes = 0;
    load->is_careful = false;
    load->told = false;
    for (unsigned i = 0; i < BATCH_COLUMNS_MAX; i++)
        empty_column(&load->columns[i]);
}

uint8_t *batch_load_element(struct batch_load *load, unsigned column, uint32_t len)
{
    uint8_t *at = grow(&load->columns[column], 4 + (size_t)len);
    pg_put32(at, len);
    load->bytes += 4 + (size_t)len;
    return at + 4;
}

void batch_load_null(struct batch_load *load, unsigned column)
{
    pg_put32(grow(&load->columns[column], 4), UINT32_MAX);
    load->columns[column].has_null = true;
    load->bytes += 4;
}

static void point(struct batch_params *out, unsigned i, const struct batch_column *column)
{
    out->values[i] = (const char *)column->bytes;
    out->lengths[i] = (int)column->len;
    out->formats[i] = 1;
}

void batch_load_params(struct batch_load *load, const struct batch_kind *kind,
                       struct batch_params *out)
{
    for (unsigned i = 0; i < kind->column_count; i++) {
        struct batch_column *column = &load->columns[i];
        pg_put_array_header(column->bytes, batch_type_oid(kind->types[i]), load->count,
                            column->has_null);
        point(out, i, column);
    }
}

bool batch_load_take_care(struct batch_load *load, const struct batch_kind *kind)
{
    if (!kind->doubt_column || load->is_careful)
        return false;
    uint8_t *at = load->columns[kind->doubt_column - 1].bytes + PG_ARRAY_HEADER_BYTES + 4;
    for (unsigned i = 0; i < load->count; i++, at += 8)
        if ((int32_t)pg_get32(at) < 0)
            pg_put32(at, 0);
    load->is_careful = true;
    return true;
}

void batch_walk_begin(struct batch_walk *walk, struct batch_load *load)
{
    memset(walk, 0, sizeof(*walk));
    walk->load = load;
    for (unsigned i = 0; i < BATCH_COLUMNS_MAX; i++)
        walk->offsets[i] = PG_ARRAY_HEADER_BYTES;
}

void batch_walk_next(struct batch_walk *walk, const struct batch_kind *kind,
                     struct batch_params *out)
{
    for (unsigned i = 0; i < kind->column_count; i++) {
        const uint8_t *element = walk->load->columns[i].bytes + walk->offsets[i];
        uint32_t len = pg_get32(element);
        bool is_null = len == UINT32_MAX;
        size_t size = is_null ? 4 : 4 + (size_t)len;
        struct batch_column *scratch = &walk->scratch[i];
        scratch->len = 0;
        pg_put_array_header(grow(scratch, PG_ARRAY_HEADER_BYTES), batch_type_oid(kind->types[i]), 1,
                            is_null);
        memcpy(grow(scratch, size), element, size);
        walk->offsets[i] += size;
        point(out, i, scratch);
    }
}

void batch_walk_end(struct batch_walk *walk)
{
    for (unsigned i = 0; i < BATCH_COLUMNS_MAX; i++)
        mem_free(walk->scratch[i].bytes);
}
