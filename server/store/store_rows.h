/*
 * store_rows: what a statement answered, or the error it met. Lives for the callback it is given
 * to; texts and bytes point into it. Columns are numbered from 0 in the order of the statement.
 * A NULL reads as 0, false, empty.
 */
#ifndef STORE_STORE_ROWS_H
#define STORE_STORE_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/mem.h"
#include "wire/wire_types.h"

struct pg_result;

struct store_rows {
    const struct pg_result *result; /* borrowed */
    int count;
    uint64_t affected;   /* rows inserted, updated or deleted */
    char sqlstate[6];    /* empty unless the statement failed */
    char constraint[64]; /* the violated constraint's name, or empty */
};

bool rows_is_null(const struct store_rows *rows, int row, int column);
/* smallint, integer and bigint alike. */
int64_t rows_int(const struct store_rows *rows, int row, int column);
uint64_t rows_id(const struct store_rows *rows, int row, int column);
bool rows_bool(const struct store_rows *rows, int row, int column);
/* timestamptz as UTC milliseconds. */
int64_t rows_time(const struct store_rows *rows, int row, int column);
/* text, varchar, name, jsonb; data is NUL-terminated as well. */
struct wire_text rows_text(const struct store_rows *rows, int row, int column);
/* A text that lives on in the arena. */
struct wire_text rows_text_copy(const struct store_rows *rows, int row, int column,
                                struct arena *arena);
struct wire_bytes rows_bin(const struct store_rows *rows, int row, int column);
/* Copies exactly len bytes of a bytea or uuid. False if it is NULL or of another length. */
bool rows_copy_bin(const struct store_rows *rows, int row, int column, void *out, size_t len);

/* One-dimensional arrays; items and texts live on in the arena. Elements that are NULL read as 0
 * or empty. integers of any width, timestamptz as milliseconds, bool as 0/1. */
struct rows_int_list {
    uint32_t count;
    int64_t *items;
};
struct rows_int_list rows_int_array(const struct store_rows *rows, int row, int column,
                                    struct arena *arena);
struct wire_list_id rows_id_array(const struct store_rows *rows, int row, int column,
                                  struct arena *arena);
struct wire_list_text rows_text_array(const struct store_rows *rows, int row, int column,
                                      struct arena *arena);

#endif
