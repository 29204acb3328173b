/*
 * The members of a room and their marks; what is kept back for those whose backlog is being sent.
 */
#include "base/mem.h"
#include "hub/hub_state.h"
#include "wire/wire.h"

#define ROOM_FIRST_SIZE 8
#define HOLD_FIRST_SIZE 16

static struct membership *find_membership(const struct session *session, const struct room *room)
{
    for (uint16_t i = 0; i < session->room_count; i++)
        if (session->rooms[i].room == room)
            return &session->rooms[i];
    return NULL;
}

static void grow_room(struct room *room)
{
    room->size = room->size == 0 ? ROOM_FIRST_SIZE : room->size * 2;
    room->fds = mem_grow(room->fds, room->size, sizeof(*room->fds));
    room->peers = mem_grow(room->peers, room->size, sizeof(*room->peers));
    room->marks = mem_grow(room->marks, room->size, sizeof(*room->marks));
    room->sessions = mem_grow(room->sessions, room->size, sizeof(*room->sessions));
    room->slots = mem_grow(room->slots, room->size, sizeof(*room->slots));
}

enum status room_join(struct room *room, struct session *session)
{
    if (session->state != SESSION_OPEN)
        return STATUS_CLOSED;
    struct membership *member = find_membership(session, room);
    if (member != NULL) {
        /* Resuming again: what is kept back from now on follows the new backlog. */
        if (member->hold == NULL)
            member->hold = mem_alloc(sizeof(*member->hold));
        room->marks[member->index] |= MARK_HELD;
        return STATUS_OK;
    }
    if (session->room_count == SESSION_ROOMS_MAX)
        return STATUS_FULL;
    if (session->room_count == session->room_size) {
        session->room_size = session->room_size == 0 ? 4 : (uint16_t)(session->room_size * 2);
        session->rooms = mem_grow(session->rooms, session->room_size, sizeof(*session->rooms));
    }
    if (room->count == room->size)
        grow_room(room);
    const uint32_t i = room->count++;
    const uint16_t slot = session->room_count++;
    session->rooms[slot] = (struct membership){.room = room, .index = i};
    member = &session->rooms[slot];
    member->hold = mem_alloc(sizeof(*member->hold));
    room->fds[i] = session->fd;
    room->peers[i] = session->peer;
    room->sessions[i] = session;
    room->slots[i] = slot;
    room->marks[i] = MARK_HELD | (session->behind ? MARK_BEHIND : 0);
    for (int lane = 0; lane < LANE_COUNT; lane++) {
        member->skip[lane] = (uint16_t)room->lanes[lane].pending.count;
        if (member->skip[lane] > 0)
            room->marks[i] |= MARK_LATE;
    }
    room->hub->counts.members++;
    return STATUS_OK;
}

/* The last member takes the place; allowed only while no job walks the arrays. */
static void close_place(struct room *room, uint32_t i)
{
    const uint32_t last = --room->count;
    if (i == last)
        return;
    room->fds[i] = room->fds[last];
    room->peers[i] = room->peers[last];
    room->marks[i] = room->marks[last];
    room->sessions[i] = room->sessions[last];
    room->slots[i] = room->slots[last];
    if (room->sessions[i] != NULL)
        room->sessions[i]->rooms[room->slots[i]].index = i;
}

static bool has_job(const struct room *room)
{
    return room->lanes[LANE_URGENT].joined != NULL || room->lanes[LANE_NORMAL].joined != NULL;
}

void room_compact(struct room *room)
{
    if (room->gone == 0 || has_job(room))
        return;
    uint32_t i = room->count;
    while (room->gone > 0) {
        i--;
        if ((room->marks[i] & MARK_GONE) == 0)
            continue;
        close_place(room, i);
        room->gone--;
    }
}

static void leave_at(struct session *session, uint16_t slot)
{
    struct membership *member = &session->rooms[slot];
    struct room *room = member->room;
    const uint32_t i = member->index;

    hold_destroy(session, member);
    room->sessions[i] = NULL;
    room->peers[i] = NULL;
    room->fds[i] = -1;
    room->marks[i] = MARK_GONE;
    room->hub->counts.members--;
    if (has_job(room))
        room->gone++; /* the places stay as they are until the job is through */
    else
        close_place(room, i);

    const uint16_t last = --session->room_count;
    if (slot != last) {
        session->rooms[slot] = session->rooms[last];
        struct membership *moved = &session->rooms[slot];
        moved->room->slots[moved->index] = slot;
    }
    if (room_online(room) == 0)
        room_list_empty(room);
}

void room_leave(struct room *room, struct session *session)
{
    struct membership *member = find_membership(session, room);
    if (member != NULL)
        leave_at(session, (uint16_t)(member - session->rooms));
}

void room_leave_all(struct session *session)
{
    while (session->room_count > 0)
        leave_at(session, (uint16_t)(session->room_count - 1));
}

bool room_has(const struct room *room, const struct session *session)
{
    return find_membership(session, room) != NULL;
}

uint32_t room_online(const struct room *room)
{
    return room->count - room->gone;
}

void room_mark(struct session *session, uint8_t mark)
{
    for (uint16_t i = 0; i < session->room_count; i++)
        session->rooms[i].room->marks[session->rooms[i].index] |= mark;
}

void room_unmark(struct session *session, uint8_t mark)
{
    for (uint16_t i = 0; i < session->room_count; i++) {
        uint8_t *marks = &session->rooms[i].room->marks[session->rooms[i].index];
        *marks = (uint8_t)(*marks & ~mark);
    }
}

/* Whether parts wait that this member has from its backlog or gets in its own variant. */
static uint8_t marks_of_parts(const struct part_list *list, const struct session *session,
                              const struct membership *member)
{
    uint8_t marks = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        const struct room_part *part = &list->parts[i];
        if (part->seq != 0 && part->seq <= member->seen_seq)
            marks |= MARK_LATE;
        if (part->own_account_id != 0 && part->own_account_id == session->account_id)
            marks |= MARK_OWN;
    }
    return marks;
}

void room_refresh_marks(struct room *room, uint32_t i)
{
    struct session *session = room->sessions[i];
    if (session == NULL)
        return;
    const struct membership *member = &session->rooms[room->slots[i]];
    uint8_t marks = session->behind ? MARK_BEHIND : 0;
    if (member->hold != NULL)
        marks |= MARK_HELD;
    for (int lane = 0; lane < LANE_COUNT; lane++) {
        const struct room_lane *at = &room->lanes[lane];
        if (member->skip[lane] > 0)
            marks |= MARK_LATE;
        marks |= marks_of_parts(&at->pending, session, member);
        if (at->joined != NULL && i >= at->cursor && i < at->end)
            marks |= marks_of_parts(&at->active, session, member);
    }
    room->marks[i] = marks;
}

void hold_add(struct session *session, struct membership *member, struct shared_frame *frame,
              uint64_t seq)
{
    struct hub *hub = session->hub;
    struct hold *hold = member->hold;
    if (hold->lost && seq != 0)
        return;
    if (hold->count >= hub->bound.frames || session->outbox.bytes > hub->bound.bytes ||
        frame->len > hub->bound.bytes - session->outbox.bytes) {
        if (seq != 0) {
            hold->lost = true; /* it can be read again */
            return;
        }
        hub->counts.closed_slow++;
        session_close(session, WIRE_CLOSE_REASON_SLOW_READER, 0);
        return;
    }
    if (hold->count == hold->size) {
        hold->size = hold->size == 0 ? HOLD_FIRST_SIZE : hold->size * 2;
        hold->parts = mem_grow(hold->parts, hold->size, sizeof(*hold->parts));
    }
    hold->parts[hold->count++] =
        (struct room_part){.frame = shared_frame_retain(frame), .seq = seq};
    hold->bytes += frame->len;
    session->outbox.bytes += frame->len;
    hub->counts.queued_bytes += frame->len;
}

static void uncount(struct session *session, struct hold *hold, uint32_t bytes)
{
    hold->bytes -= bytes;
    session->outbox.bytes -= bytes;
    session->hub->counts.queued_bytes -= bytes;
}

void hold_destroy(struct session *session, struct membership *member)
{
    struct hold *hold = member->hold;
    if (hold == NULL)
        return;
    for (uint32_t i = 0; i < hold->count; i++)
        shared_frame_release(hold->parts[i].frame);
    uncount(session, hold, hold->bytes);
    mem_free(hold->parts);
    mem_free(hold);
    member->hold = NULL;
}

/* Drops the kept-back messages up to this seq; what has no seq stays. */
static void drop_known(struct session *session, struct hold *hold, uint64_t upto_seq)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < hold->count; i++) {
        struct room_part *part = &hold->parts[i];
        if (part->seq == 0 || part->seq > upto_seq) {
            hold->parts[kept++] = *part;
            continue;
        }
        uncount(session, hold, part->frame->len);
        shared_frame_release(part->frame);
    }
    hold->count = kept;
}

static struct shared_frame *join_held(const struct hold *hold)
{
    if (hold->count == 0)
        return NULL;
    struct shared_frame **frames = mem_alloc(hold->count * sizeof(struct shared_frame *));
    for (uint32_t i = 0; i < hold->count; i++)
        frames[i] = hold->parts[i].frame;
    struct shared_frame *joined = shared_frame_join(frames, hold->count);
    mem_free(frames);
    return joined;
}

enum status room_release(struct room *room, struct session *session, uint64_t upto_seq)
{
    struct membership *member = find_membership(session, room);
    if (member == NULL)
        return STATUS_CLOSED;
    struct hold *hold = member->hold;
    if (hold == NULL)
        return STATUS_OK;
    if (upto_seq > member->seen_seq)
        member->seen_seq = upto_seq;
    if (hold->lost) {
        drop_known(session, hold, UINT64_MAX);
        hold->lost = false;
        return STATUS_AGAIN;
    }
    drop_known(session, hold, upto_seq);
    struct shared_frame *joined = join_held(hold);
    hold_destroy(session, member);
    room_refresh_marks(room, member->index);
    session_push_take(session, joined, LANE_NORMAL);
    return STATUS_OK;
}
