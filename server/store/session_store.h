/*
 * session_store: who a socket is. All sockets that arrive while one lookup is in flight are one
 * statement (a write batch: tickets are consumed by it).
 */
#ifndef STORE_SESSION_STORE_H
#define STORE_SESSION_STORE_H

#include "store/room_store.h"
#include "store/store.h"
#include "wire/wire_schema.h"

#define SESSION_HASH_BYTES 32
#define SESSION_GRANTS_MAX 32

/* Registers the batch kind; once, after store_create. Owned by the caller. */
struct session_store;
struct session_store *session_store_create(struct store *store);
void session_store_destroy(struct session_store *sessions);

enum session_credential_kind {
    SESSION_BY_TOKEN = 1,  /* cookie or Authorization: Bearer */
    SESSION_BY_TICKET = 2, /* one-time; consumed */
};

struct session_credential {
    enum session_credential_kind kind;
    uint8_t hash[SESSION_HASH_BYTES]; /* BLAKE2b-256 of the token or ticket */
};

/* Texts and lists live for the callback. */
struct session_opened {
    uint64_t login_session_id;
    uint64_t account_id;
    struct wire_text display_name;
    enum wire_verification_level level;
    uint64_t station_id;        /* of the home community; 0: none */
    uint64_t home_community_id; /* 0: none */
    int64_t expires_at;
    struct wire_list_role_grant grants;
    struct room_membership_list rooms; /* room.name is empty here if it is not needed */
};

/* STATUS_UNAUTHENTICATED: unknown, expired, used, or the account is disabled. */
typedef void (*session_opened_fn)(void *ctx, enum status status,
                                  const struct session_opened *opened);
void session_store_open(struct session_store *sessions, const struct session_credential *credential,
                        session_opened_fn fn, void *ctx);

#endif
