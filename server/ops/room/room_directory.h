/*
 * room_directory: what rooms are (kind, place), kept in memory and read when first asked for.
 * Owned by ops_env. Bounded: ROOM_DIRECTORY_MAX rooms, the one longest unread gives way; an entry
 * is read anew after ROOM_DIRECTORY_MS.
 */
#ifndef OPS_ROOM_ROOM_DIRECTORY_H
#define OPS_ROOM_ROOM_DIRECTORY_H

#include "base/status.h"
#include "ops/ops_env.h"
#include "rules/permission.h"

#define ROOM_DIRECTORY_MAX 65536
#define ROOM_DIRECTORY_MS  60000

struct room_entry {
    uint64_t room_id;
    enum wire_room_kind kind;
    uint64_t station_id;
    uint64_t community_id;
    uint64_t place_id;
    bool closed;
};

struct room_directory;
struct room_directory *room_directory_create(void);
void room_directory_destroy(struct room_directory *directory);

/* NULL: not known, or known too long; then load it. */
const struct room_entry *room_directory_find(struct room_directory *directory, uint64_t room_id,
                                             int64_t now_mono_ms);
/* Keeps a copy. */
void room_directory_keep(struct room_directory *directory, const struct room_entry *entry,
                         int64_t now_mono_ms);
void room_directory_forget(struct room_directory *directory, uint64_t room_id);

/* Reads it from the database and keeps it. STATUS_NOT_FOUND: there is none, or it is closed. */
typedef void (*room_entry_fn)(void *ctx, enum status status, const struct room_entry *entry);
void room_directory_load(struct ops_env *env, uint64_t room_id, room_entry_fn fn, void *ctx);

/* Where the room is, as facts for a permission; and whether she is in it: in a hall as somebody who
 * lives in its community (who is there by a role has her rights from the role, while it lasts), in
 * every other room as a member, without which no role opens it. */
void room_entry_facts(const struct room_entry *entry, const struct principal *who, bool is_member,
                      struct scope_facts *facts);

#endif
