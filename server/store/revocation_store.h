/*
 * revocation_store: the revocation journal as a node reads it, whole; what one person may see of it
 * is message_store_revocations.
 */
#ifndef STORE_REVOCATION_STORE_H
#define STORE_REVOCATION_STORE_H

#include "store/store.h"
#include "wire/wire_schema.h"

/* Entries of one page. */
#define REVOCATION_PAGE_MAX 100

struct revocation_entry {
    uint64_t room_id;
    struct wire_revocation revocation;
    bool has_message; /* the entry is about a message that is still there */
    struct wire_message_view message;
};

/* Oldest first. Texts and lists live for the callback. */
typedef void (*revocation_feed_fn)(void *ctx, enum status status,
                                   const struct revocation_entry *entries, uint32_t count);
void revocation_store_feed(struct store *store, uint64_t after_seq, revocation_feed_fn fn,
                           void *ctx);

/* The epoch of the history and the end of the journal. */
struct journal_state {
    uint64_t epoch;
    uint64_t revocation_seq;
};
typedef void (*journal_state_fn)(void *ctx, enum status status, const struct journal_state *state);
void revocation_store_state(struct store *store, journal_state_fn fn, void *ctx);

/* A device has applied the journal up to here; only goes forward. */
struct revocation_ack {
    uint64_t login_session_id;
    uint64_t revocation_seq;
};
typedef void (*revocation_acked_fn)(void *ctx, enum status status);
void revocation_store_acked(struct store *store, const struct revocation_ack *ack,
                            revocation_acked_fn fn, void *ctx);

#endif
