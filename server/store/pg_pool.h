/*
 * pg_pool: some links of one use, and the requests that wait for a place on them. Part of its
 * store. A request goes to the ready link with the least to do; when all are full it waits, at
 * most STORE_WAITING_MAX of them, none longer than the answer timeout. When no link has been ready
 * for PG_POOL_PATIENCE_MS, everything is answered STATUS_UNAVAILABLE at once.
 */
#ifndef STORE_PG_POOL_H
#define STORE_PG_POOL_H

#include "store/pg_link.h"

/* A single lost link is open again within this; who waits meanwhile need not be told. */
#define PG_POOL_PATIENCE_MS 500
#define PG_POOL_LINKS_MAX   16

/* One request; the head of its owner's struct. */
struct pg_request {
    struct pg_unit unit; /* first */
    struct pg_request *next;
    int64_t since_ms;
    enum status verdict; /* of a request that is refused, until it is told */
    bool answered;
    struct pg_pool *pool;
    /* Exactly once, from the loop. The unit's results are valid if status came from its done. */
    void (*answer)(struct pg_request *request, enum status status);
    /* When neither pool nor link knows it any more, after answer. */
    void (*release)(struct pg_request *request);
};

struct pg_request_list {
    struct pg_request *head;
    struct pg_request **tail;
    unsigned count;
};

struct pg_pool_plan {
    uv_loop_t *loop;
    const struct pg_address *address;
    const struct pg_setup_wanted *wanted;
    enum pg_link_use use;
    unsigned links;
    unsigned depth;                 /* requests in flight per link */
    void *owner;                    /* borrowed */
    void (*on_change)(void *owner); /* a link became ready or was lost */
    void (*on_refused)(void *owner, const char *why);
    void (*on_notify)(void *owner, const char *text); /* may be NULL */
};

struct pg_pool {
    struct pg_pool_plan plan;
    struct pg_link links[PG_POOL_LINKS_MAX];
    struct pg_request_list waiting;
    struct pg_request_list refused; /* told on the next turn */
    unsigned in_flight;             /* on links, answered ones included */
    int64_t down_since_ms;          /* no link is ready; 0 while one is */
    uv_idle_t teller;               /* active while `refused` is not empty */
    unsigned closing;
    void (*closed)(void *ctx);
    void *closed_ctx;
    bool is_closed;
};

void pg_pool_init(struct pg_pool *pool, const struct pg_pool_plan *plan);
void pg_pool_open(struct pg_pool *pool);
void pg_pool_close(struct pg_pool *pool, void (*fn)(void *ctx), void *ctx);
bool pg_pool_is_ready(const struct pg_pool *pool);
bool pg_pool_is_idle(const struct pg_pool *pool);
/* Takes the request until its release. */
void pg_pool_submit(struct pg_pool *pool, struct pg_request *request);
/* Answers a request with this status on the next turn; it is never sent. */
void pg_pool_refuse(struct pg_pool *pool, struct pg_request *request, enum status status);
void pg_pool_tick(struct pg_pool *pool, int64_t now_ms);

#endif
