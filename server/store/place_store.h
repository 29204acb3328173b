/*
 * place_store: the tree of places, as people choose among them.
 */
#ifndef STORE_PLACE_STORE_H
#define STORE_PLACE_STORE_H

#include "store/store.h"
#include "wire/wire_schema.h"

#define PLACE_PAGE_MAX 100

struct place_query {
    uint64_t community_id;
    uint64_t building_id; /* 0: the buildings themselves */
    uint64_t after_id;    /* 0: from the first */
};
/* The page lives for the callback; NULL unless status is OK. */
typedef void (*place_page_fn)(void *ctx, enum status status, const struct wire_place_page *page);
void place_store_children(struct store *store, const struct place_query *query, place_page_fn fn,
                          void *ctx);

#endif
