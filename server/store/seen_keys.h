/*
 * seen_keys: which message keys came lately, so that only those are looked up in the database. It
 * forgets (a newer key takes an older one's slot); a key it does not know may have been used
 * nevertheless, and then the unique index says so.
 */
#ifndef STORE_SEEN_KEYS_H
#define STORE_SEEN_KEYS_H

#include <stdint.h>

/* Slots, 16 bytes each; a power of two. */
#define SEEN_KEYS_MAX (1u << 16)

/* What message_add is told of a key, when it is not the number of a row. */
#define KEY_NEVER_SEEN (-1)
#define KEY_PERHAPS    0

struct seen_keys;

struct seen_keys *seen_keys_create(void);
void seen_keys_destroy(struct seen_keys *seen);

/* The key is in row `row` (from 1) of load number `load`. Says where it was before: KEY_NEVER_SEEN,
 * KEY_PERHAPS (in another load), or the number of its first row in this load. */
int32_t seen_keys_put(struct seen_keys *seen, uint64_t sender_id, const uint8_t client_key[16],
                      uint32_t load, uint32_t row);

#endif
