/*
 * alert_store_part: what the two files of the alert store share; nobody else includes it.
 */
#ifndef STORE_ALERT_STORE_PART_H
#define STORE_ALERT_STORE_PART_H

#include "store/alert_store.h"
#include "store/batch.h"

struct alert_store {
    struct store *store;            /* borrowed */
    const struct secret_ring *ring; /* borrowed */
    struct batch *receipts;         /* owned by the store */
};

/* Who asks: alerts are read and written by the system; the projection decides what leaves. */
#define ALERT_SYSTEM ((struct store_principal){0})

/* Waits for one answer: whose function, and its context. */
struct alert_wait {
    struct alert_store *alerts; /* borrowed */
    void *ctx;
    union {
        alert_loaded_fn loaded;
        alert_ids_fn ids;
        alert_id_fn id;
        alert_answer_fn answer;
        alert_written_fn written;
        alert_version_fn version;
        alert_moved_fn moved;
        alert_mine_fn mine;
        notice_mine_fn notices;
        alert_done_fn done;
        alert_reach_fn reach;
        alert_place_fn place;
    } fn;
};

struct alert_wait *alert_wait_create(struct alert_store *alerts, void *ctx);

#endif
