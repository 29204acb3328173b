/*
 * Rooms as such: made, found, freed; and their order: messages are shown strictly by seq.
 */
#include "hub/room.h"

#include <string.h>

#include "base/mem.h"
#include "hub/hub_state.h"

#define WAITING_FIRST_SIZE 8

struct room *room_find(struct hub *hub, uint64_t room_id)
{
    struct room *room;
    HASH_FIND(hh, hub->rooms, &room_id, sizeof(room_id), room);
    return room;
}

struct room *room_get(struct hub *hub, uint64_t room_id)
{
    struct room *room = room_find(hub, room_id);
    if (room != NULL)
        return room;
    room = mem_alloc(sizeof(*room));
    room->id = room_id;
    room->hub = hub;
    room->head = ROOM_HEAD_UNKNOWN;
    for (int lane = 0; lane < LANE_COUNT; lane++)
        room->lanes[lane].room = room;
    HASH_ADD(hh, hub->rooms, id, sizeof(room->id), room);
    hub->counts.rooms++;
    room_list_empty(room); /* freed at the end of the turn unless somebody joins */
    return room;
}

void room_list_empty(struct room *room)
{
    if (room->listed_empty)
        return;
    room->listed_empty = true;
    room->empty_next = room->hub->empty_rooms;
    room->hub->empty_rooms = room;
}

void part_list_clear(struct part_list *list)
{
    for (uint32_t i = 0; i < list->count; i++) {
        shared_frame_release(list->parts[i].frame);
        shared_frame_release(list->parts[i].own_frame);
    }
    mem_free(list->parts);
    *list = (struct part_list){0};
}

static void release_post(struct room_post *post)
{
    shared_frame_release(post->frame);
    shared_frame_release(post->own_frame);
}

void room_destroy(struct room *room)
{
    struct hub *hub = room->hub;
    wheel_clear(&room->gap);
    fanout_forget(room);
    room_ring_clear(room);
    for (uint32_t i = 0; i < room->waiting_count; i++)
        release_post(&room->waiting[i]);
    HASH_DEL(hub->rooms, room);
    hub->counts.rooms--;
    mem_free(room->waiting);
    mem_free(room->ring.slots);
    mem_free(room->fds);
    mem_free(room->peers);
    mem_free(room->marks);
    mem_free(room->sessions);
    mem_free(room->slots);
    mem_free(room);
}

uint64_t room_id(const struct room *room)
{
    return room->id;
}

uint64_t room_head(const struct room *room)
{
    return room->head;
}

/* A predecessor is missing for too long: ask for it, and again until it comes. */
static void on_gap_due(struct wheel_item *item)
{
    struct room *room = (struct room *)(void *)((char *)item - offsetof(struct room, gap));
    struct hub *hub = room->hub;
    if (room->head == ROOM_HEAD_UNKNOWN || room->announced <= room->head)
        return;
    uint64_t to = room->waiting_count > 0 ? room->waiting[0].seq - 1 : room->announced;
    hub->counts.gaps++;
    wheel_set(&hub->wheel, &room->gap, ROOM_GAP_RETRY_MS, on_gap_due);
    if (hub->watch.on_room_gap != NULL)
        hub->watch.on_room_gap(hub->watch.ctx, room->id, room->head + 1, to);
}

static void watch_gap(struct room *room)
{
    if (room->head == ROOM_HEAD_UNKNOWN || room->announced <= room->head)
        wheel_clear(&room->gap);
    else if (!wheel_is_set(&room->gap))
        wheel_set(&room->hub->wheel, &room->gap, ROOM_GAP_MS, on_gap_due);
}

static void show(struct room *room, const struct room_post *post)
{
    if (post->seq != 0) {
        room->head = post->seq;
        ring_add(room, post->seq, post->frame);
    }
    fanout_add(room, post);
}

/* Shows what was waiting and has its turn now; forgets what is too old. */
static void show_waiting(struct room *room)
{
    uint32_t used = 0;
    while (used < room->waiting_count && room->waiting[used].seq <= room->head + 1) {
        struct room_post *post = &room->waiting[used++];
        if (post->seq == room->head + 1)
            show(room, post);
        release_post(post);
    }
    if (used == 0)
        return;
    room->waiting_count -= used;
    memmove(room->waiting, room->waiting + used, room->waiting_count * sizeof(*room->waiting));
}

static void keep_waiting(struct room *room, const struct room_post *post)
{
    uint32_t at = room->waiting_count;
    while (at > 0 && room->waiting[at - 1].seq >= post->seq)
        at--;
    if (at < room->waiting_count && room->waiting[at].seq == post->seq)
        return;
    if (room->waiting_count == ROOM_WAITING_MAX) {
        if (at == ROOM_WAITING_MAX)
            return; /* announced; it is asked for in its turn */
        release_post(&room->waiting[--room->waiting_count]);
    }
    if (room->waiting_count == room->waiting_size) {
        room->waiting_size = room->waiting_size == 0 ? WAITING_FIRST_SIZE : room->waiting_size * 2;
        room->waiting = mem_grow(room->waiting, room->waiting_size, sizeof(*room->waiting));
    }
    memmove(room->waiting + at + 1, room->waiting + at,
            (room->waiting_count - at) * sizeof(*room->waiting));
    room->waiting[at] = *post;
    shared_frame_retain(post->frame);
    if (post->own_frame != NULL)
        shared_frame_retain(post->own_frame);
    room->waiting_count++;
}

void room_publish(struct room *room, const struct room_post *post)
{
    if (post->seq == 0) {
        show(room, post);
        return;
    }
    if (post->seq > room->announced)
        room->announced = post->seq;
    if (room->head == ROOM_HEAD_UNKNOWN) {
        keep_waiting(room, post);
        return;
    }
    if (post->seq <= room->head)
        return;
    if (post->seq == room->head + 1) {
        show(room, post);
        show_waiting(room);
    } else {
        keep_waiting(room, post);
    }
    watch_gap(room);
}

void room_set_head(struct room *room, uint64_t head_seq)
{
    if (room->head != ROOM_HEAD_UNKNOWN)
        return;
    room->head = head_seq;
    if (head_seq > room->announced)
        room->announced = head_seq;
    show_waiting(room);
    watch_gap(room);
}

void room_announce(struct room *room, uint64_t seq)
{
    if (seq <= room->announced)
        return;
    room->announced = seq;
    watch_gap(room);
}
