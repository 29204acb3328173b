/*
 * access_store: readings of restricted data, each an entry of the audit's chain. They go through a
 * write batch of their own, so many readings of one moment take the chain's head once.
 */
#ifndef STORE_ACCESS_STORE_H
#define STORE_ACCESS_STORE_H

#include "store/store.h"
#include "wire/wire_schema.h"

/* Entries of one page of a person's own log. */
#define ACCESS_LOG_MAX 50

struct access_store;

struct access_store *access_store_create(struct store *store);
void access_store_destroy(struct access_store *access);

/* One person sees one object in one projection. */
struct access_reading {
    enum wire_access_kind kind;
    uint64_t entity_id;
    uint64_t station_id; /* whose object it is; 0: nobody's */
    uint64_t actor_id;
    uint32_t audience;       /* the subject's own number of the projection */
    uint32_t version;        /* pushed: entered once per version; 0: asked for, always entered */
    struct wire_text reason; /* empty: none was asked */
};
typedef void (*access_done_fn)(void *ctx, enum status status);
/* Copies. STATUS_UNAVAILABLE: nobody knows whether it was entered; one with a version may be
 * repeated. */
void access_store_add(struct access_store *access, const struct access_reading *reading,
                      access_done_fn fn, void *ctx);

struct access_query {
    uint64_t account_id;
    uint64_t before_seq; /* 0: from the newest */
    uint32_t limit;
};
/* Texts live for the callback. */
typedef void (*access_log_fn)(void *ctx, enum status status,
                              const struct wire_list_access_entry *entries);
void access_store_log(struct access_store *access, const struct access_query *query,
                      access_log_fn fn, void *ctx);

#endif
