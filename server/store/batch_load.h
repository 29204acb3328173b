/*
 * batch_load: the rows of one batch as PostgreSQL's binary arrays, one per column, written as they
 * come. Owned by its batch; reused, so that a row costs no allocation.
 */
#ifndef STORE_BATCH_LOAD_H
#define STORE_BATCH_LOAD_H

#include "store/batch.h"
#include "store/pg_unit.h"

/* A load is sent when it holds this much, whatever its rows. */
#define BATCH_LOAD_BYTES_MAX    (4u << 20)
/* A column keeps at most this much memory when its load is emptied. */
#define BATCH_COLUMN_KEEP_BYTES (256u << 10)

struct batch_column {
    uint8_t *bytes; /* owned; an array header, then length and value of each element */
    size_t len;
    size_t cap;
    bool has_null;
};

struct batch_row {
    batch_row_fn fn;
    void *ctx;
    int first; /* in the result; -1: none */
    int count;
};

struct batch_load {
    struct pg_unit unit; /* first */
    struct batch_load *next;
    struct batch *batch;    /* borrowed */
    struct batch_row *rows; /* owned */
    unsigned count;
    unsigned capacity;
    size_t bytes;
    int64_t since_us; /* when its first row came */
    uint32_t number;  /* of those of its batch */
    bool is_careful;  /* nothing is trusted to be new */
    bool told;        /* by the planted bug */
    PGresult *results[2];
    struct batch_column columns[BATCH_COLUMNS_MAX];
};

/* What one statement is given: one array per column. */
struct batch_params {
    const char *values[BATCH_COLUMNS_MAX];
    int lengths[BATCH_COLUMNS_MAX];
    int formats[BATCH_COLUMNS_MAX];
};

struct batch_load *batch_load_create(struct batch *batch, unsigned max_rows);
void batch_load_destroy(struct batch_load *load);
/* No rows; most of the memory is kept. */
void batch_load_empty(struct batch_load *load);

/* Space for one element of len bytes in a column; returns where its value goes. */
uint8_t *batch_load_element(struct batch_load *load, unsigned column, uint32_t len);
void batch_load_null(struct batch_load *load, unsigned column);
uint32_t batch_type_oid(enum batch_type type);

/* All rows. Writes the array headers. */
void batch_load_params(struct batch_load *load, const struct batch_kind *kind,
                       struct batch_params *out);

/* Once: from now on nothing is trusted to be new. False: it was so before, or there is no column
 * of doubt. */
bool batch_load_take_care(struct batch_load *load, const struct batch_kind *kind);

/* Rows one after the other, each as arrays of one element. */
struct batch_walk {
    struct batch_load *load;                        /* borrowed */
    size_t offsets[BATCH_COLUMNS_MAX];              /* of the next row */
    struct batch_column scratch[BATCH_COLUMNS_MAX]; /* owned */
};
void batch_walk_begin(struct batch_walk *walk, struct batch_load *load);
/* Valid until the next call. */
void batch_walk_next(struct batch_walk *walk, const struct batch_kind *kind,
                     struct batch_params *out);
void batch_walk_end(struct batch_walk *walk);

#endif
