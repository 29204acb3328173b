/*
 * The ring of a room's recent messages. All rings together are bounded in bytes: the oldest entry
 * of all goes first, which is also the oldest of its room.
 */
#include <assert.h>
#include <utlist.h>

#include "base/mem.h"
#include "hub/hub_state.h"

#define RING_FIRST_SIZE 8

static void evict_oldest(struct room *room)
{
    struct hub *hub = room->hub;
    struct ring *ring = &room->ring;
    struct ring_entry *entry = ring->slots[ring->first];
    assert(ring->count > 0 && entry->room == room);
    ring->first = (ring->first + 1) % ring->size;
    ring->count--;
    ring->first_seq++;
    entry->prev->next = entry->next;
    entry->next->prev = entry->prev;
    hub->counts.ring_bytes -= entry->frame->len;
    hub->counts.ring_frames--;
    shared_frame_release(entry->frame);
    mem_free(entry);
    if (ring->count == 0 && room_online(room) == 0)
        room_list_empty(room);
}

void room_ring_clear(struct room *room)
{
    while (room->ring.count > 0)
        evict_oldest(room);
}

static void grow_ring(struct ring *ring)
{
    const uint32_t size = ring->size == 0 ? RING_FIRST_SIZE : ring->size * 2;
    struct ring_entry **slots = mem_alloc(size * sizeof(*slots));
    for (uint32_t i = 0; i < ring->count; i++)
        slots[i] = ring->slots[(ring->first + i) % ring->size];
    mem_free(ring->slots);
    ring->slots = slots;
    ring->first = 0;
    ring->size = size;
}

void ring_add(struct room *room, uint64_t seq, struct shared_frame *frame)
{
    struct hub *hub = room->hub;
    struct ring *ring = &room->ring;
    if (ring->count > 0 && ring->first_seq + ring->count != seq)
        room_ring_clear(room);
    if (hub->settings.ring_frames == 0 || frame->len > hub->settings.ring_bytes) {
        room_ring_clear(room);
        return;
    }
    if (ring->count == hub->settings.ring_frames)
        evict_oldest(room);
    if (ring->count == ring->size)
        grow_ring(ring);
    if (ring->count == 0)
        ring->first_seq = seq;
    struct ring_entry *entry = mem_alloc(sizeof(*entry));
    entry->room = room;
    entry->frame = shared_frame_retain(frame);
    entry->next = &hub->ring_list;
    entry->prev = hub->ring_list.prev;
    entry->prev->next = entry;
    hub->ring_list.prev = entry;
    ring->slots[(ring->first + ring->count++) % ring->size] = entry;
    hub->counts.ring_bytes += frame->len;
    hub->counts.ring_frames++;
    while (hub->counts.ring_bytes > hub->settings.ring_bytes)
        evict_oldest(hub->ring_list.next->room);
}

static struct ring_entry *entry_at(const struct ring *ring, uint64_t seq)
{
    if (ring->count == 0 || seq < ring->first_seq || seq - ring->first_seq >= ring->count)
        return NULL;
    return ring->slots[(ring->first + (seq - ring->first_seq)) % ring->size];
}

bool room_ring_covers(const struct room *room, uint64_t after_seq)
{
    if (room->head == ROOM_HEAD_UNKNOWN || after_seq > room->head)
        return false;
    return after_seq == room->head || entry_at(&room->ring, after_seq + 1) != NULL;
}

void room_ring_each(const struct room *room, uint64_t after_seq, room_ring_fn fn, void *ctx)
{
    for (uint64_t seq = after_seq + 1;; seq++) {
        struct ring_entry *entry = entry_at(&room->ring, seq);
        if (entry == NULL)
            return;
        fn(ctx, seq, entry->frame);
    }
}

void room_push_ring(struct room *room, struct session *session, uint64_t after_seq)
{
    if (!room_ring_covers(room, after_seq) || after_seq == room->head)
        return;
    const size_t count = (size_t)(room->head - after_seq);
    struct shared_frame **frames = mem_alloc(count * sizeof(struct shared_frame *));
    for (size_t i = 0; i < count; i++)
        frames[i] = entry_at(&room->ring, after_seq + 1 + i)->frame;
    session_push_take(session, shared_frame_join(frames, count), LANE_NORMAL);
    mem_free(frames);
}

/* A message that still waits for its predecessor is changed too, or it would be shown as it was. */
static void replace_waiting(struct room *room, uint64_t seq, struct shared_frame *frame)
{
    for (uint32_t i = 0; i < room->waiting_count; i++) {
        struct room_post *post = &room->waiting[i];
        if (post->seq != seq)
            continue;
        shared_frame_release(post->frame);
        shared_frame_release(post->own_frame);
        post->frame = shared_frame_retain(frame);
        post->own_frame = NULL;
        post->own_account_id = 0;
    }
}

void room_ring_replace(struct room *room, uint64_t seq, struct shared_frame *frame)
{
    replace_waiting(room, seq, frame);
    struct ring_entry *entry = entry_at(&room->ring, seq);
    if (entry == NULL)
        return;
    room->hub->counts.ring_bytes += frame->len;
    room->hub->counts.ring_bytes -= entry->frame->len;
    shared_frame_retain(frame);
    shared_frame_release(entry->frame);
    entry->frame = frame;
}
