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
    struct wire_text client; /* what the device called itself last */
    int64_t expires_at;
    struct wire_list_role_grant grants;
    struct wire_list_id grant_station_ids;   /* of the place of each grant, parallel to grants */
    struct wire_list_id grant_community_ids; /* 0: the place is wider than a community */
    struct room_membership_list rooms;
};

/* STATUS_UNAUTHENTICATED: unknown, expired, used, or the account is disabled. */
typedef void (*session_opened_fn)(void *ctx, enum status status,
                                  const struct session_opened *opened);
void session_store_open(struct session_store *sessions, const struct session_credential *credential,
                        session_opened_fn fn, void *ctx);

/* What a device calls itself; at most SESSION_CLIENT_CHARS. Batched; that it failed is only logged,
 * the device says it again when it comes back. */
#define SESSION_CLIENT_CHARS 120
void session_store_rename(struct session_store *sessions, uint64_t login_session_id,
                          struct wire_text client);

/* Who somebody is now; no session and no rooms are filled in. STATUS_NOT_FOUND: unknown or
 * disabled. */
void session_store_person(struct store *store, uint64_t account_id, session_opened_fn fn,
                          void *ctx);

/* Which of these login sessions still stand; after notifications may have been missed. */
typedef void (*session_alive_fn)(void *ctx, enum status status, const struct wire_list_id *alive);
void session_store_alive(struct store *store, const struct wire_list_id *login_session_ids,
                         session_alive_fn fn, void *ctx);

#endif
