/*
 * pg_link: one connection to PostgreSQL as a state machine on the loop, always in pipeline mode.
 * Owned by a pool or the batch writer. It opens itself again for ever, 0.1 to 2 s apart, until
 * closed. A server that owes an answer and is silent for the answer timeout counts as lost.
 */
#ifndef STORE_PG_LINK_H
#define STORE_PG_LINK_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "store/pg_address.h"
#include "store/pg_setup.h"
#include "store/pg_unit.h"

#define PG_LINK_RETRY_MIN_MS 100
#define PG_LINK_RETRY_MAX_MS 2000
/* From the first byte to being ready. */
#define PG_LINK_CONNECT_MS   5000

enum pg_link_state {
    PG_LINK_CLOSED,
    PG_LINK_WAITING,    /* for the next attempt */
    PG_LINK_LOOKING_UP, /* the host's name */
    PG_LINK_CONNECTING,
    PG_LINK_SETTING_UP,
    PG_LINK_READY,
    PG_LINK_REFUSED, /* for good: this database must not be used */
};

struct pg_link;

/* Called from the loop, never from inside a pg_link function. */
struct pg_link_events {
    void *ctx;
    void (*on_ready)(void *ctx, struct pg_link *link);
    void (*on_lost)(void *ctx, struct pg_link *link); /* only after ready; units answer after it */
    void (*on_notify)(void *ctx, const char *text);   /* may be NULL */
    void (*on_refused)(void *ctx, const char *why);
};

struct pg_watch;
struct pg_lookup;

struct pg_link {
    uv_loop_t *loop;
    const struct pg_address *address;
    const struct pg_setup_wanted *wanted;
    struct pg_link_events events;
    enum pg_link_use use;
    enum pg_link_state state; /* written by set_state only */
    PGconn *conn;             /* owned; NULL unless connecting or later */
    struct pg_watch *watch;   /* owned by its closing callback */
    struct pg_lookup *lookup; /* in the thread pool; frees itself */
    struct pg_setup setup;
    uv_timer_t retry;
    uv_idle_t broken; /* active: a send failed, the loss is handled on the next turn */
    unsigned retry_ms;
    int64_t state_since_ms;
    int64_t progress_at_ms; /* when an answer last came or the first was asked for */
    struct pg_unit *sent;   /* borrowed, oldest first */
    struct pg_unit **sent_tail;
    unsigned sent_count;
    unsigned losses; /* for metrics */
    unsigned closing_handles;
    void (*closed)(void *ctx);
    void *closed_ctx;
};

struct pg_link_plan {
    uv_loop_t *loop;
    const struct pg_address *address;     /* borrowed */
    const struct pg_setup_wanted *wanted; /* borrowed */
    enum pg_link_use use;
    struct pg_link_events events;
};

void pg_link_init(struct pg_link *link, const struct pg_link_plan *plan);
void pg_link_open(struct pg_link *link);
/* Everything sent is answered STATUS_UNAVAILABLE first; then fn, when the memory is free again. */
void pg_link_close(struct pg_link *link, void (*fn)(void *ctx), void *ctx);
bool pg_link_is_ready(const struct pg_link *link);
/* Only while ready (the set-up may earlier). Borrows the unit until its done. */
void pg_link_send(struct pg_link *link, struct pg_unit *unit);
/* Called every tenth of a second or so: finds silent servers and endless connects. */
void pg_link_tick(struct pg_link *link, int64_t now_ms);

/* For pg_setup. */
void pg_link_setup_done(struct pg_link *link);
void pg_link_setup_failed(struct pg_link *link, const char *why);
void pg_link_refuse(struct pg_link *link, const char *why);

#endif
