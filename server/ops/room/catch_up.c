#include "ops/room/catch_up.h"

#include "base/log.h"
#include "hub/hub.h"
#include "ops/message/publish.h"
#include "ops/session/presence.h"
#include "store/message_store.h"

/* Rooms asked for at once. */
#define HEADS_MAX 512

struct reading {
    struct ops_env *env;
    uint64_t room_id;
    uint64_t next_seq;
    uint64_t to_seq;
    uint64_t journal; /* env->revocation_head when it was asked */
};

static void read_next(struct reading *reading);

static void on_range(void *ctx, enum status status, const struct message_run *run)
{
    struct reading *reading = ctx;
    if (status != STATUS_OK || run->messages.count == 0) {
        if (status != STATUS_OK)
            log_info("ops.catch_up_failed", "room=%llu status=%s",
                     (unsigned long long)reading->room_id, status_name(status));
        mem_free(reading); /* the hub asks again while something is missing */
        return;
    }
    if (reading->journal != reading->env->revocation_head) {
        read_next(reading); /* what was read may show what was taken down meanwhile */
        return;
    }
    for (uint32_t i = 0; i < run->messages.count; i++)
        message_publish(reading->env, &run->messages.items[i]);
    reading->next_seq = run->messages.items[run->messages.count - 1].seq + 1;
    if (reading->next_seq > reading->to_seq)
        mem_free(reading);
    else
        read_next(reading);
}

static void read_next(struct reading *reading)
{
    struct message_range_query query = {reading->room_id, 0, reading->next_seq, reading->to_seq};
    reading->journal = reading->env->revocation_head;
    message_store_range(reading->env->store, &query, on_range, reading);
}

void room_read_range(struct ops_env *env, uint64_t room_id, uint64_t from_seq, uint64_t to_seq)
{
    if (from_seq > to_seq || room_find(env->hub, room_id) == NULL || env->closing)
        return;
    struct reading *reading = mem_alloc(sizeof(*reading));
    *reading = (struct reading){env, room_id, from_seq, to_seq, 0};
    read_next(reading);
}

void room_expect(struct ops_env *env, uint64_t room_id, uint64_t seq)
{
    struct room *room = room_find(env->hub, room_id);
    if (room != NULL)
        room_announce(room, seq);
}

void room_catch_up(struct ops_env *env, uint64_t room_id, uint64_t upto_seq)
{
    struct room *room = room_find(env->hub, room_id);
    if (room == NULL)
        return;
    if (room_head(room) == ROOM_HEAD_UNKNOWN) {
        room_announce(room, upto_seq); /* asked for when it is warm */
        return;
    }
    room_read_range(env, room_id, room_head(room) + 1, upto_seq);
}

static void on_heads(void *ctx, enum status status, const struct wire_list_room_head *heads)
{
    if (status != STATUS_OK)
        return;
    for (uint32_t i = 0; i < heads->count; i++)
        room_expect(ctx, heads->items[i].room_id, heads->items[i].head_seq);
}

struct room_list {
    struct ops_env *env;
    uint64_t ids[HEADS_MAX];
    uint32_t count;
};

static void ask_heads(struct room_list *list)
{
    struct wire_list_id ids = {list->count, list->ids};
    if (list->count > 0)
        message_store_heads(list->env->store, &ids, on_heads, list->env);
    list->count = 0;
}

static void on_room(void *ctx, struct room *room)
{
    struct room_list *list = ctx;
    if (room_head(room) == ROOM_HEAD_UNKNOWN || room_online(room) == 0)
        return;
    list->ids[list->count++] = room_id(room);
    if (list->count == HEADS_MAX)
        ask_heads(list);
}

void room_check_heads(struct ops_env *env)
{
    struct room_list list = {.env = env};
    hub_each_room(env->hub, on_room, &list);
    ask_heads(&list);
}
