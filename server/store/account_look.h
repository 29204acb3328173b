/*
 * account_look: somebody in charge of a place looks up who lives or works there. Who may ask was
 * decided before. Pages and files live for the callback and are NULL unless status is OK.
 */
#ifndef STORE_ACCOUNT_LOOK_H
#define STORE_ACCOUNT_LOOK_H

#include "store/store.h"
#include "wire/wire_schema.h"

#define ACCOUNT_FOUND_MAX  20
#define ACCOUNT_GRANTS_MAX 32
#define ACCOUNT_HALLS_MAX  64

/* By phone_hash (not empty), or by name, in a building where building_id is not 0. It is in the
 * audit when the answer is there. */
struct account_search {
    uint64_t actor_id;
    enum wire_role role_used;
    struct wire_bytes phone_hash;
    struct wire_text name;
    uint64_t building_id;
};
typedef void (*account_found_fn)(void *ctx, enum status status,
                                 const struct wire_account_found *found);
void account_look_find(struct store *store, const struct account_search *search,
                       account_found_fn fn, void *ctx);

/* What is kept about somebody, and of which station she is. STATUS_NOT_FOUND. The arena holds what
 * the file points into: join it, or it goes. */
struct account_kept {
    struct wire_account_file file;
    uint64_t station_id;
};
typedef void (*account_file_fn)(void *ctx, enum status status, struct arena *arena,
                                const struct account_kept *kept);
void account_look_file(struct store *store, uint64_t account_id, uint64_t actor_id,
                       account_file_fn fn, void *ctx);

#endif
