/*
 * batch: many small writes in one transaction. Rows of one kind gather while a batch is in flight
 * on the writer link, then go as one statement over column arrays and one sync. Depth one, no
 * linger: a lone row goes at once. Several kinds share the link in turn.
 *
 * The statement takes one array per column and answers rows whose FIRST column `ord` (integer)
 * is the place of the input row in the arrays, from 1. Rows with the same ord stand together.
 * A row that is not answered is simply done.
 *
 * A kind may have a column of doubt: where it is negative the statement trusts that a row is new
 * and does not look. If a unique index finds otherwise the batch is sent once more, whole, with 0
 * there; only if that fails too, row by row.
 *
 * A row is reported OK only when the batch's sync has come back. When the statement fails, the
 * rows are sent again one by one, each its own transaction, so that only the bad row fails. When
 * the link is lost every row of the batch is STATUS_UNAVAILABLE (the outcome is unknown). The
 * next batch is sent before the callbacks of the committed one run.
 */
#ifndef STORE_BATCH_H
#define STORE_BATCH_H

#include "store/store.h"

#define BATCH_COLUMNS_MAX 32
/* Kinds that one store can have. */
#define BATCH_KINDS_MAX   16

/* Names of element types; the statement's argument is an array of it. */
enum batch_type {
    BATCH_INT2 = 1,
    BATCH_INT4,
    BATCH_INT8,
    BATCH_BOOL,
    BATCH_TEXT,
    BATCH_BIN,
    BATCH_TIME, /* timestamptz */
};

struct batch_kind {
    const char *name; /* for log and metrics */
    enum sql_statement statement;
    unsigned max_rows; /* in one statement: 512 to 1024 */
    unsigned column_count;
    unsigned doubt_column; /* the number, from 1, of a BATCH_INT4 column without NULLs; 0: none */
    enum batch_type types[BATCH_COLUMNS_MAX];
};

/* first: the first row of rows with this ord, -1 when there is none; count: how many follow each
 * other. On failure rows is NULL or says what the database said about this very row. */
struct batch_answer {
    const struct store_rows *rows;
    int first;
    int count;
};
typedef void (*batch_row_fn)(void *ctx, enum status status, const struct batch_answer *answer);

struct batch;

/* Registers a kind; owned by the store and freed with it. kind is borrowed for ever (static). */
struct batch *batch_create(struct store *store, const struct batch_kind *kind);

/* Begins a row; exactly column_count puts and batch_end_row follow, nothing else in between.
 * STATUS_UNAVAILABLE: the database is away. STATUS_BUSY: too many rows wait. Then there is no row,
 * fn is not called. */
MUST_USE enum status batch_begin_row(struct batch *batch, batch_row_fn fn, void *ctx);
/* Which row it is, between batch_begin_row and batch_end_row: row from 1, load by a number that no
 * other load has for a long time. */
struct batch_place {
    uint32_t load;
    uint32_t row;
};
struct batch_place batch_place(const struct batch *batch);
void batch_put_int(struct batch *batch, int64_t value); /* any integer column */
void batch_put_id(struct batch *batch, uint64_t value); /* bigint */
void batch_put_bool(struct batch *batch, bool value);
void batch_put_time(struct batch *batch, int64_t ms);
void batch_put_text(struct batch *batch, const char *text, size_t len);
void batch_put_bin(struct batch *batch, const void *bytes, size_t len);
void batch_put_null(struct batch *batch);
/* The row is complete. It is sent at the end of this turn of the loop, or when the batch in flight
 * has come back. */
void batch_end_row(struct batch *batch);

/* For owners whose callers get no status back: tells a row that was not taken, from the loop. */
void batch_answer_later(struct batch *batch, batch_row_fn fn, void *ctx, enum status status);

#endif
