#include "ops/room/warm_up.h"

#include <uthash.h>

#include "hub/hub.h"
#include "ops/message/publish.h"
#include "store/message_store.h"

struct waiter {
    struct waiter *next;
    room_warm_fn fn;
    void *ctx;
};

struct warming {
    uint64_t room_id;
    struct ops_env *env;
    struct waiter *waiters; /* owned */
    uint64_t journal;       /* env->revocation_head when it was asked */
    UT_hash_handle hh;      /* by room_id */
};

struct room_warmings {
    struct warming *under_way; /* owned */
};

struct room_warmings *room_warmings_create(void)
{
    return mem_alloc(sizeof(struct room_warmings));
}

void room_warmings_destroy(struct room_warmings *warmings)
{
    mem_free(warmings); /* the store answered everything before */
}

bool room_is_warm(const struct ops_env *env, uint64_t room_id)
{
    struct room *room = room_find(env->hub, room_id);
    return room != NULL && room_head(room) != ROOM_HEAD_UNKNOWN;
}

static void on_newest(void *ctx, enum status status, const struct message_run *run);

static void ask(struct warming *warming)
{
    struct message_page_query query = {.room_id = warming->room_id, .limit = MESSAGE_PAGE_MAX};
    warming->journal = warming->env->revocation_head;
    message_store_page(warming->env->store, &query, on_newest, warming);
}

static void on_newest(void *ctx, enum status status, const struct message_run *run)
{
    struct warming *warming = ctx;
    struct ops_env *env = warming->env;
    if (status == STATUS_OK && warming->journal != env->revocation_head) {
        ask(warming); /* what was read may show what was taken down meanwhile */
        return;
    }
    HASH_DEL(env->warmings->under_way, warming);
    struct room *room = room_find(env->hub, warming->room_id);
    if (status == STATUS_OK && room != NULL && room_head(room) == ROOM_HEAD_UNKNOWN) {
        uint32_t count = run->messages.count;
        room_set_head(room, count > 0 ? run->messages.items[0].seq - 1 : run->head_seq);
        for (uint32_t i = 0; i < count; i++)
            message_publish(env, &run->messages.items[i]);
    }
    struct waiter *waiter = warming->waiters;
    while (waiter != NULL) {
        struct waiter *next = waiter->next;
        waiter->fn(waiter->ctx, status);
        mem_free(waiter);
        waiter = next;
    }
    mem_free(warming);
}

void room_warm_up(struct ops_env *env, uint64_t room_id, room_warm_fn fn, void *ctx)
{
    struct waiter *waiter = mem_alloc(sizeof(*waiter));
    struct warming *warming = NULL;
    HASH_FIND(hh, env->warmings->under_way, &room_id, sizeof(room_id), warming);
    if (warming != NULL) {
        *waiter = (struct waiter){warming->waiters, fn, ctx};
        warming->waiters = waiter;
        return;
    }
    *waiter = (struct waiter){NULL, fn, ctx};
    warming = mem_alloc(sizeof(*warming));
    warming->room_id = room_id;
    warming->env = env;
    warming->waiters = waiter;
    HASH_ADD(hh, env->warmings->under_way, room_id, sizeof(warming->room_id), warming);
    ask(warming);
}
