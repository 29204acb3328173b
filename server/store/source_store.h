/*
 * source_store: the systems that may inject alerts, and which of their requests were taken.
 */
#ifndef STORE_SOURCE_STORE_H
#define STORE_SOURCE_STORE_H

#include "store/store.h"

#define SOURCE_KEY_BYTES 32

/* A source as it is registered. */
struct source_record {
    uint64_t source_id;
    uint64_t station_id;
    uint8_t public_key[SOURCE_KEY_BYTES];
    uint32_t quota_per_hour;
    bool disabled;
};
/* STATUS_NOT_FOUND: no such name. */
typedef void (*source_record_fn)(void *ctx, enum status status, const struct source_record *source);
void source_store_find(struct store *store, const char *name, source_record_fn fn, void *ctx);

/* STATUS_REPLAYED: this request was taken before. */
typedef void (*source_done_fn)(void *ctx, enum status status);
void source_store_nonce(struct store *store, uint64_t source_id, const char *nonce,
                        source_done_fn fn, void *ctx);

#endif
