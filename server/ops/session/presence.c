#include "ops/session/presence.h"

#include <string.h>
#include <utlist.h>

struct presence *presence_of(const struct session *session)
{
    return session != NULL ? session->attachment : NULL;
}

struct presence *presence_create(void)
{
    return mem_alloc(sizeof(struct presence));
}

void presence_destroy(struct presence *presence)
{
    if (presence == NULL)
        return;
    struct held_frame *frame;
    while ((frame = presence_unhold(presence)) != NULL)
        mem_free(frame);
    backlog_deinit(&presence->backlog);
    arena_clear(&presence->opened);
    mem_free(presence->room_ids);
    mem_free(presence->who);
    mem_free(presence);
}

void presence_set_state(struct presence *presence, enum presence_state state)
{
    presence->state = state;
}

enum status presence_hold(struct presence *presence, const uint8_t *bytes, size_t len)
{
    if (presence->held_count >= PRESENCE_HELD_FRAMES ||
        presence->held_bytes + len > PRESENCE_HELD_BYTES)
        return STATUS_FULL;
    struct held_frame *frame = mem_alloc(sizeof(*frame) + len);
    frame->len = len;
    memcpy(frame->bytes, bytes, len);
    DL_APPEND(presence->held, frame);
    presence->held_count++;
    presence->held_bytes += len;
    return STATUS_OK;
}

struct held_frame *presence_unhold(struct presence *presence)
{
    struct held_frame *frame = presence->held;
    if (frame == NULL)
        return NULL;
    DL_DELETE(presence->held, frame);
    presence->held_count--;
    presence->held_bytes -= frame->len;
    return frame;
}

/* Where the room stands or would stand. */
static uint32_t place_of(const struct presence *presence, uint64_t room_id)
{
    uint32_t at = 0;
    while (at < presence->room_count && presence->room_ids[at] < room_id)
        at++;
    return at;
}

bool presence_is_member(const struct presence *presence, uint64_t room_id)
{
    uint32_t at = place_of(presence, room_id);
    return at < presence->room_count && presence->room_ids[at] == room_id;
}

enum status presence_add_room(struct presence *presence, uint64_t room_id)
{
    uint32_t at = place_of(presence, room_id);
    if (at < presence->room_count && presence->room_ids[at] == room_id)
        return STATUS_OK;
    if (presence->room_count >= SESSION_ROOMS_MAX)
        return STATUS_FULL;
    presence->room_ids = mem_grow(presence->room_ids, presence->room_count + 1,
                                  sizeof(presence->room_ids[0]));
    memmove(&presence->room_ids[at + 1], &presence->room_ids[at],
            (presence->room_count - at) * sizeof(presence->room_ids[0]));
    presence->room_ids[at] = room_id;
    presence->room_count++;
    return STATUS_OK;
}

void presence_remove_room(struct presence *presence, uint64_t room_id)
{
    uint32_t at = place_of(presence, room_id);
    if (at >= presence->room_count || presence->room_ids[at] != room_id)
        return;
    presence->room_count--;
    memmove(&presence->room_ids[at], &presence->room_ids[at + 1],
            (presence->room_count - at) * sizeof(presence->room_ids[0]));
}
