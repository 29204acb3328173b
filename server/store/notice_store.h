/*
 * notice_store: public notices, for those who belong to no hall.
 */
#ifndef STORE_NOTICE_STORE_H
#define STORE_NOTICE_STORE_H

#include "store/store.h"
#include "wire/wire_schema.h"

#define NOTICE_FEED_MAX 50

/* Texts live for the callback. community_code empty: of all. */
typedef void (*notice_feed_fn)(void *ctx, enum status status,
                               const struct wire_list_public_notice *notices);
void notice_store_feed(struct store *store, struct wire_text community_code, notice_feed_fn fn,
                       void *ctx);
/* The one with this number, or none. */
void notice_store_read(struct store *store, uint64_t notice_id, notice_feed_fn fn, void *ctx);

#endif
