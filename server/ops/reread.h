/*
 * reread: things that are read again after every change, here or on another node. Reads of one
 * thing go one after another: two at once could answer in the wrong order, and what was told of it
 * would go back to what was, or to what had ended. A table is zero at first; whoever owns it fills
 * `start` and `owner`. It holds one entry per thing being read.
 */
#ifndef OPS_REREAD_H
#define OPS_REREAD_H

#include <stdbool.h>
#include <stdint.h>
#include <uthash.h>

#include "base/status.h"

struct reread_waiter;
struct reread_table;

/* One thing being read. */
struct reread {
    struct reread_table *table; /* borrowed */
    uint64_t id;
    struct reread_waiter *waiters; /* list, owned: for this read */
    struct reread_waiter *later;   /* list, owned: for the next one */
    bool again;                    /* something changed since this read was sent */
    UT_hash_handle hh;
};

struct reread_table {
    void *owner; /* borrowed */
    /* Sends the read; its answer ends in reread_end. */
    void (*start)(struct reread *reread);
    struct reread *reads; /* written by reread.c only */
};

typedef void (*reread_fn)(void *ctx, enum status status);
/* fn (may be NULL) hears of a read that began after this. */
void reread_ask(struct reread_table *table, uint64_t id, reread_fn fn, void *ctx);
/* The read was answered: tells who waits for it, reads once more if something changed meanwhile. */
void reread_end(struct reread *reread, enum status status);

#endif
