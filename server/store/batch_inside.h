/*
 * batch_inside: what batch.c, batch_send.c and batch_writer.c share of a batch kind in use.
 */
#ifndef STORE_BATCH_INSIDE_H
#define STORE_BATCH_INSIDE_H

#include "store/batch_load.h"
#include "store/batch_writer.h"
#include "store/store_stats.h"

/* Emptied loads that are kept for reuse. */
#define BATCH_SPARES_MAX        3
/* Bytes of waiting rows of one kind. */
#define BATCH_WAITING_BYTES_MAX (64u << 20)

struct batch {
    struct batch_writer *writer; /* borrowed */
    const struct batch_kind *kind;
    const struct sql_statement_info *info;
    const struct sql_statement_info *become; /* NULL: the statement needs no principal */
    struct batch_load *loads;                /* owned; waiting, oldest first */
    struct batch_load *last;                 /* of them: the open one; NULL when there is none */
    struct batch_load *spares;               /* owned */
    unsigned spare_count;
    unsigned waiting_rows;
    size_t waiting_bytes;
    uint32_t next_number; /* of loads */
    unsigned column;      /* of the row being put in */
    unsigned waiting_rows_max;
    bool ack_before_sync; /* the planted bug */
    struct batch_stats stats;
};

/* Sends the oldest load; there is one and the link is ready. */
void batch_send(struct batch *batch);
/* Tells every waiting row older than this (mono microseconds). */
void batch_refuse_before(struct batch *batch, int64_t before_us);
/* Takes the oldest load off the list. */
struct batch_load *batch_pop(struct batch *batch);
void batch_recycle(struct batch *batch, struct batch_load *load);
void batch_destroy(struct batch *batch);

#endif
