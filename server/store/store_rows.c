#include "store/store_rows.h"

#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

#include "store/pg_codec.h"
#include "store/rows_make.h"

static const uint8_t *value_of(const struct store_rows *rows, int row, int column, int *len)
{
    const PGresult *result = rows->result;
    if (PQgetisnull(result, row, column)) {
        *len = -1;
        return NULL;
    }
    *len = PQgetlength(result, row, column);
    return (const uint8_t *)PQgetvalue(result, row, column);
}

void rows_of_result(struct store_rows *rows, const struct pg_result *result)
{
    memset(rows, 0, sizeof(*rows));
    rows->result = result;
    if (!result)
        return;
    ExecStatusType state = PQresultStatus(result);
    if (state == PGRES_TUPLES_OK)
        rows->count = PQntuples(result);
    if (state == PGRES_TUPLES_OK || state == PGRES_COMMAND_OK) {
        rows->affected = strtoull(PQcmdTuples((PGresult *)result), NULL, 10);
        return;
    }
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *constraint = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
    if (sqlstate)
        strncpy(rows->sqlstate, sqlstate, sizeof(rows->sqlstate) - 1);
    if (constraint)
        strncpy(rows->constraint, constraint, sizeof(rows->constraint) - 1);
}

bool rows_is_null(const struct store_rows *rows, int row, int column)
{
    return PQgetisnull(rows->result, row, column);
}

static int64_t int_at(const uint8_t *at, int len)
{
    switch (len) {
    case 1:
        return at[0];
    case 2:
        return (int16_t)pg_get16(at);
    case 4:
        return (int32_t)pg_get32(at);
    case 8:
        return (int64_t)pg_get64(at);
    default:
        return 0;
    }
}

int64_t rows_int(const struct store_rows *rows, int row, int column)
{
    int len;
    const uint8_t *at = value_of(rows, row, column, &len);
    return int_at(at, len);
}

uint64_t rows_id(const struct store_rows *rows, int row, int column)
{
    return (uint64_t)rows_int(rows, row, column);
}

bool rows_bool(const struct store_rows *rows, int row, int column)
{
    return rows_int(rows, row, column) != 0;
}

int64_t rows_time(const struct store_rows *rows, int row, int column)
{
    int len;
    const uint8_t *at = value_of(rows, row, column, &len);
    if (len != 8)
        return 0;
    int64_t value = (int64_t)pg_get64(at);
    return PQftype(rows->result, column) == PG_TIMESTAMPTZ ? pg_time_to_ms(value) : value;
}

struct wire_text rows_text(const struct store_rows *rows, int row, int column)
{
    int len;
    const uint8_t *at = value_of(rows, row, column, &len);
    if (len > 0 && PQftype(rows->result, column) == PG_JSONB) {
        at++; /* its version */
        len--;
    }
    if (len <= 0)
        return (struct wire_text){"", 0};
    return (struct wire_text){(const char *)at, (uint32_t)len};
}

struct wire_bytes rows_bin(const struct store_rows *rows, int row, int column)
{
    int len;
    const uint8_t *at = value_of(rows, row, column, &len);
    return (struct wire_bytes){at, len > 0 ? (uint32_t)len : 0};
}

struct wire_text rows_text_copy(const struct store_rows *rows, int row, int column,
                                struct arena *arena)
{
    struct wire_text text = rows_text(rows, row, column);
    return (struct wire_text){arena_copy_text(arena, text.data, text.len), text.len};
}

bool rows_copy_bin(const struct store_rows *rows, int row, int column, void *out, size_t len)
{
    struct wire_bytes value = rows_bin(rows, row, column);
    if (!value.data || value.len != len)
        return false;
    memcpy(out, value.data, len);
    return true;
}

/* A binary array being walked. It comes from our own database, yet no length is trusted. */
struct array_walk {
    const uint8_t *at;
    const uint8_t *end;
    uint32_t count;
    uint32_t element_type;
};

static bool walk_begin(const struct store_rows *rows, int row, int column, struct array_walk *walk)
{
    int len;
    const uint8_t *at = value_of(rows, row, column, &len);
    memset(walk, 0, sizeof(*walk));
    if (len < PG_ARRAY_HEADER_BYTES || pg_get32(at) != 1)
        return false;
    walk->element_type = pg_get32(at + 8);
    walk->count = pg_get32(at + 12);
    walk->at = at + PG_ARRAY_HEADER_BYTES;
    walk->end = at + len;
    return walk->count <= (uint32_t)(len - PG_ARRAY_HEADER_BYTES) / 4;
}

/* len is -1 for NULL and for what does not fit. */
static const uint8_t *walk_next(struct array_walk *walk, int32_t *len)
{
    *len = -1;
    if (walk->end - walk->at < 4)
        return NULL;
    int32_t size = (int32_t)pg_get32(walk->at);
    walk->at += 4;
    if (size < 0 || size > walk->end - walk->at)
        return NULL;
    const uint8_t *value = walk->at;
    walk->at += size;
    *len = size;
    return value;
}

struct rows_int_list rows_int_array(const struct store_rows *rows, int row, int column,
                                    struct arena *arena)
{
    struct array_walk walk;
    struct rows_int_list list = {0, NULL};
    if (!walk_begin(rows, row, column, &walk))
        return list;
    list.items = arena_alloc(arena, walk.count * sizeof(list.items[0]));
    list.count = walk.count;
    for (uint32_t i = 0; i < walk.count; i++) {
        int32_t len;
        const uint8_t *value = walk_next(&walk, &len);
        int64_t number = int_at(value, len);
        bool is_time = walk.element_type == PG_TIMESTAMPTZ && len == 8;
        list.items[i] = is_time ? pg_time_to_ms(number) : number;
    }
    return list;
}

struct wire_list_id rows_id_array(const struct store_rows *rows, int row, int column,
                                  struct arena *arena)
{
    struct rows_int_list list = rows_int_array(rows, row, column, arena);
    return (struct wire_list_id){list.count, (uint64_t *)list.items};
}

struct wire_list_text rows_text_array(const struct store_rows *rows, int row, int column,
                                      struct arena *arena)
{
    struct array_walk walk;
    struct wire_list_text list = {0, NULL};
    if (!walk_begin(rows, row, column, &walk))
        return list;
    list.items = arena_alloc(arena, walk.count * sizeof(list.items[0]));
    list.count = walk.count;
    for (uint32_t i = 0; i < walk.count; i++) {
        int32_t len;
        const uint8_t *value = walk_next(&walk, &len);
        uint32_t size = len > 0 ? (uint32_t)len : 0;
        list.items[i] =
            (struct wire_text){arena_copy_text(arena, (const char *)value, size), size};
    }
    return list;
}
