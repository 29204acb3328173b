/*
 * fake_people: sessions and memberships of fake_world: everybody is a resident in every room.
 */
#ifndef TESTS_UNIT_OPS_FAKE_PEOPLE_H
#define TESTS_UNIT_OPS_FAKE_PEOPLE_H

#include "fake_world.h"

static inline void world_membership(const struct world_room *room, struct room_membership *out)
{
    *out = (struct room_membership){
        .room = {.id = room->id,
                 .kind = WIRE_ROOM_KIND_HALL,
                 .name = {"hall", 4},
                 .station_id = 1,
                 .community_id = 2,
                 .place_id = 2,
                 .head_seq = room->head,
                 .first_seq = 1,
                 .member_count = WORLD_ACCOUNTS},
        .may_post = true,
    };
}

static inline void run_open(struct world_job *job)
{
    job->status = STATUS_UNAUTHENTICATED;
    for (uint64_t account = 1; account <= WORLD_ACCOUNTS; account++)
        if (memcmp(world.hashes[account], job->token_hash, SESSION_HASH_BYTES) == 0) {
            job->a = account;
            job->status = STATUS_OK;
        }
    struct room_membership *items = arena_alloc(&job->arena, WORLD_ROOMS * sizeof(*items));
    for (unsigned i = 0; i < WORLD_ROOMS; i++)
        world_membership(&world.rooms[i], &items[i]);
    job->out = items;
}

static inline void deliver_open(struct world_job *job)
{
    struct session_opened opened = {
        .login_session_id = job->a,
        .account_id = job->a,
        .display_name = {"n", 1},
        .client = {"", 0},
        .level = WIRE_VERIFICATION_LEVEL_V1,
        .station_id = 1,
        .home_community_id = 2,
        .expires_at = INT64_MAX,
        .rooms = {WORLD_ROOMS, job->out},
    };
    ((session_opened_fn)job->fn)(job->ctx, job->status, job->status == STATUS_OK ? &opened : NULL);
}

void session_store_open(struct session_store *sessions, const struct session_credential *credential,
                        session_opened_fn fn, void *ctx)
{
    (void)sessions;
    struct world_job *job = world_ask(true, run_open, deliver_open);
    job->fn = (void (*)(void))fn;
    job->ctx = ctx;
    memcpy(job->token_hash, credential->hash, SESSION_HASH_BYTES);
}

void session_store_rename(struct session_store *sessions, uint64_t login_session_id,
                          struct wire_text client)
{
    (void)sessions, (void)login_session_id, (void)client;
}

void session_store_person(struct store *store, uint64_t account_id, session_opened_fn fn,
                          void *ctx)
{
    (void)store, (void)account_id, (void)fn, (void)ctx;
    abort();
}

void session_store_alive(struct store *store, const struct wire_list_id *login_session_ids,
                         session_alive_fn fn, void *ctx)
{
    (void)store, (void)login_session_ids, (void)fn, (void)ctx;
    abort();
}

static inline void run_membership(struct world_job *job)
{
    const struct world_room *room = world_room(job->a);
    job->status = room != NULL ? STATUS_OK : STATUS_NOT_FOUND;
    job->out = arena_alloc(&job->arena, sizeof(struct room_membership));
    if (room != NULL)
        world_membership(room, job->out);
}

static inline void deliver_membership(struct world_job *job)
{
    ((room_membership_fn)job->fn)(job->ctx, job->status,
                                  job->status == STATUS_OK ? job->out : NULL);
}

void room_store_membership(struct store *store, uint64_t account_id, uint64_t room_id,
                           room_membership_fn fn, void *ctx)
{
    (void)store, (void)account_id;
    struct world_job *job = world_ask(false, run_membership, deliver_membership);
    job->fn = (void (*)(void))fn;
    job->ctx = ctx;
    job->a = room_id;
}

void room_store_left(struct store *store, const struct wire_list_id *account_ids,
                     const struct wire_list_id *room_ids, room_left_fn fn, void *ctx)
{
    (void)store, (void)account_ids, (void)room_ids, (void)fn, (void)ctx;
    abort();
}

static inline void deliver_facts(struct world_job *job)
{
    const struct room_membership *membership = job->out;
    ((room_facts_fn)job->fn)(job->ctx, job->status,
                             job->status == STATUS_OK ? &membership->room : NULL);
}

void room_store_load(struct store *store, uint64_t room_id, room_facts_fn fn, void *ctx)
{
    (void)store;
    struct world_job *job = world_ask(false, run_membership, deliver_facts);
    job->fn = (void (*)(void))fn;
    job->ctx = ctx;
    job->a = room_id;
}

void room_store_read(struct room_store *rooms, const struct room_cursor_move *move,
                     room_done_fn fn, void *ctx)
{
    (void)rooms, (void)move, (void)fn, (void)ctx;
    abort();
}

void room_store_silence(struct store *store, uint64_t room_id, uint64_t account_id,
                        room_silence_fn fn, void *ctx)
{
    (void)store, (void)room_id, (void)account_id, (void)fn, (void)ctx;
    abort();
}

void room_store_mute(struct store *store, const struct member_mute *mute, room_done_fn fn,
                     void *ctx)
{
    (void)store, (void)mute, (void)fn, (void)ctx;
    abort();
}

#endif
