/*
 * account_store: a person's own name and devices, and her address confirmed by somebody else.
 */
#ifndef STORE_ACCOUNT_STORE_H
#define STORE_ACCOUNT_STORE_H

#include "store/store.h"
#include "wire/wire_schema.h"

#define ACCOUNT_DEVICES_MAX 50

typedef void (*account_done_fn)(void *ctx, enum status status);

void account_store_rename(struct store *store, uint64_t account_id, struct wire_text display_name,
                          account_done_fn fn, void *ctx);

/* Most recently seen first; `current` is the one that asks. Lives for the callback. */
typedef void (*account_devices_fn)(void *ctx, enum status status,
                                   const struct wire_list_device *devices);
void account_store_devices(struct store *store, uint64_t account_id, uint64_t current_session_id,
                           account_devices_fn fn, void *ctx);

/* Ends one session of the account, or all but `keep` (session_id 0). STATUS_NOT_FOUND: no such
 * session of hers. */
struct account_logout {
    uint64_t account_id;
    uint64_t session_id;
    uint64_t keep_session_id;
};
void account_store_logout(struct store *store, const struct account_logout *logout,
                          account_done_fn fn, void *ctx);

/* Whose account it is and where: for the permission. STATUS_NOT_FOUND. */
struct account_place {
    uint64_t account_id;
    uint64_t community_id; /* 0: none */
    uint64_t station_id;
    enum wire_verification_level level;
};
typedef void (*account_place_fn)(void *ctx, enum status status, const struct account_place *place);
void account_store_place(struct store *store, uint64_t account_id, account_place_fn fn, void *ctx);

/* She lives at this door: level V2, residence, audit, in one transaction. STATUS_UNKNOWN_PLACE: no
 * such unit in her community. */
struct account_verify {
    uint64_t account_id;
    uint64_t unit_id;
    struct wire_text door;
    uint64_t actor_id;
    enum wire_role role_used;
};
void account_store_verify(struct store *store, const struct account_verify *verify,
                          account_done_fn fn, void *ctx);

#endif
