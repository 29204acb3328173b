/*
 * room_store: rooms as they are kept: what the hub needs to hold one, what a person has of hers,
 * read cursors (through the write batch) and mutes.
 */
#ifndef STORE_ROOM_STORE_H
#define STORE_ROOM_STORE_H

#include "store/store.h"
#include "wire/wire_schema.h"

/* Rooms of one account at most (the wire's bound). */
#define ROOMS_OF_ACCOUNT_MAX 64

/* Registers the batch kind of read cursors; once, after store_create. Owned by the caller. */
struct room_store;
struct room_store *room_store_create(struct store *store);
void room_store_destroy(struct room_store *rooms);

/* What is true of the room for everybody. */
struct room_facts {
    uint64_t id;
    enum wire_room_kind kind;
    struct wire_text name;
    uint64_t station_id;
    uint64_t community_id;
    uint64_t place_id; /* the place it belongs to: community, grid, building */
    uint64_t head_seq;
    uint64_t first_seq;
    uint32_t member_count;
    bool closed;
};

/* STATUS_NOT_FOUND: there is none. */
typedef void (*room_facts_fn)(void *ctx, enum status status, const struct room_facts *facts);
void room_store_load(struct store *store, uint64_t room_id, room_facts_fn fn, void *ctx);

/* One room of one person. */
struct room_membership {
    struct room_facts room;
    uint64_t read_seq;
    int64_t muted_until; /* 0: not muted */
    uint32_t unread;     /* counted to 100 */
    bool may_post;       /* by membership; roles come on top of it */
};
struct room_membership_list {
    uint32_t count;
    const struct room_membership *items;
};
typedef void (*room_memberships_fn)(void *ctx, enum status status,
                                    const struct room_membership_list *rooms);
void room_store_of_account(struct store *store, uint64_t account_id, room_memberships_fn fn,
                           void *ctx);
/* One of them. STATUS_NOT_FOUND: no member. */
/* Pairs of an account and a room, at the same places of both lists: those of them, one call each,
 * that are no membership any more, then one call with both 0, with the status. */
typedef void (*room_left_fn)(void *ctx, enum status status, uint64_t account_id, uint64_t room_id);
void room_store_left(struct store *store, const struct wire_list_id *account_ids,
                     const struct wire_list_id *room_ids, room_left_fn fn, void *ctx);

typedef void (*room_membership_fn)(void *ctx, enum status status,
                                   const struct room_membership *room);
void room_store_membership(struct store *store, uint64_t account_id, uint64_t room_id,
                           room_membership_fn fn, void *ctx);

/* How far somebody read; moves forward only. Batched. */
typedef void (*room_done_fn)(void *ctx, enum status status);
struct room_cursor_move {
    uint64_t account_id;
    uint64_t room_id;
    uint64_t seq;
};
void room_store_read(struct room_store *rooms, const struct room_cursor_move *move, room_done_fn fn,
                     void *ctx);

/* Mutes somebody until a time, 0 lifts it; journalled in the same transaction. STATUS_NOT_FOUND:
 * no member of this room. */
struct member_mute {
    uint64_t room_id;
    uint64_t account_id;
    uint64_t actor_id;
    enum wire_role role_used;
    int64_t until;
    struct wire_text reason;
};
void room_store_mute(struct store *store, const struct member_mute *mute, room_done_fn fn,
                     void *ctx);

/* How long somebody may not write in a room: she is muted or it is frozen. At least 1 ms. */
typedef void (*room_silence_fn)(void *ctx, enum status status, uint64_t left_ms);
void room_store_silence(struct store *store, uint64_t room_id, uint64_t account_id,
                        room_silence_fn fn, void *ctx);

#endif
