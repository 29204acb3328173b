/*
 * store_inside: what the files of the store share of `struct store`. Nobody else includes it.
 */
#ifndef STORE_STORE_INSIDE_H
#define STORE_STORE_INSIDE_H

#include "store/batch_writer.h"
#include "store/pg_pool.h"
#include "store/store.h"

struct store {
    uv_loop_t *loop; /* borrowed */
    struct store_settings settings;
    struct store_watch watch;
    struct pg_address address;
    struct pg_setup_wanted wanted;
    struct pg_pool readers;
    struct pg_pool control;
    struct pg_address slow_address; /* the same database with more patience */
    struct pg_pool slow;
    struct pg_pool listener; /* takes no requests */
    struct batch_writer writer;
    uv_timer_t tick;
    bool address_is_bad;
    bool is_up;
    bool is_refused;
    bool is_closing;
    unsigned closing;
    store_closed_fn closed;
    void *closed_ctx;
};

/* A link became ready or was lost. */
void store_links_changed(struct store *store);
void store_link_refused(struct store *store, const char *why);

#endif
