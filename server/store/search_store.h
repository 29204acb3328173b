/*
 * search_store: finding messages by any one or more characters, and building the index for it.
 * Query texts must be folded (rules/text_fold) before they come here.
 */
#ifndef STORE_SEARCH_STORE_H
#define STORE_SEARCH_STORE_H

#include "store/store.h"
#include "wire/wire_schema.h"

#define SEARCH_HITS_MAX  50
/* Code points of a query. */
#define SEARCH_QUERY_MAX 100

struct search_query {
    uint64_t account_id; /* whose rooms */
    uint64_t room_id;    /* 0: all of them */
    struct wire_text folded;
    int64_t before_sent_at; /* where the page before ended; 0: from the newest */
    uint64_t before_room_id;
    uint64_t before_seq;
    uint32_t limit; /* cut to SEARCH_HITS_MAX */
};

struct search_hits {
    struct wire_list_message_view messages; /* newest first */
    bool more; /* the last message's sent_at, room_id and seq are where the next page begins */
};
typedef void (*search_hits_fn)(void *ctx, enum status status, const struct search_hits *hits);
void search_store_find(struct store *store, const struct search_query *query, search_hits_fn fn,
                       void *ctx);

/* One step of building the index, on the link for slow work. built: how many messages it was
 * about; 0: nothing is left to do. A step takes up to some seconds: wait a multiple of that before
 * the next one. */
typedef void (*search_built_fn)(void *ctx, enum status status, uint32_t built);
void search_store_build_step(struct store *store, search_built_fn fn, void *ctx);

#endif
