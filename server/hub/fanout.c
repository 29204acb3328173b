/*
 * What rooms say, to all their members: parts are gathered during a turn, joined to one buffer per
 * room and lane at its end, and sent in slices with the loop turning in between. Members 32 at a
 * time: first the marks and the peers' state are looked at, then all clean ones are written to.
 */
#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/mem.h"
#include "hub/hub_state.h"

#define PARTS_FIRST_SIZE 4

static void add_part(struct part_list *list, const struct room_post *post)
{
    if (list->count == list->size) {
        list->size = list->size == 0 ? PARTS_FIRST_SIZE : list->size * 2;
        list->parts = mem_grow(list->parts, list->size, sizeof(*list->parts));
    }
    list->parts[list->count++] = (struct room_part){
        .frame = shared_frame_retain(post->frame),
        .own_frame = post->own_frame != NULL ? shared_frame_retain(post->own_frame) : NULL,
        .own_account_id = post->own_account_id,
        .seq = post->seq,
        .droppable = post->droppable,
    };
}

static void put_in_queue(struct lane_queue *queue, struct room_lane *lane)
{
    lane->queued = true;
    lane->next = NULL;
    if (queue->tail != NULL)
        queue->tail->next = lane;
    else
        queue->head = lane;
    queue->tail = lane;
}

static void on_cool_over(uv_timer_t *timer)
{
    fanout_warm(timer->data);
}

static void enqueue(struct hub *hub, struct room_lane *lane, enum outbox_lane which)
{
    if (lane->queued)
        return;
    if (lane->joined == NULL && lane->ready_us != 0) {
        const int64_t left_us = lane->ready_us - clock_mono_us();
        lane->ready_us = 0;
        if (left_us > 0) {
            lane->queued = true;
            lane->next = hub->cooling;
            hub->cooling = lane;
            if (!uv_is_active((uv_handle_t *)&hub->cool))
                uv_timer_start(&hub->cool, on_cool_over, (uint64_t)(left_us + 999) / 1000, 0);
            return;
        }
    }
    put_in_queue(&hub->jobs[which], lane);
}

void fanout_warm(struct hub *hub)
{
    while (hub->cooling != NULL) {
        struct room_lane *lane = hub->cooling;
        hub->cooling = lane->next;
        put_in_queue(&hub->jobs[LANE_NORMAL], lane);
    }
}

static struct room_lane *dequeue(struct lane_queue *queue)
{
    struct room_lane *lane = queue->head;
    if (lane == NULL)
        return NULL;
    queue->head = lane->next;
    if (queue->head == NULL)
        queue->tail = NULL;
    lane->queued = false;
    return lane;
}

static void mark_own(struct room *room, uint64_t account_id)
{
    struct account_entry *entry;
    HASH_FIND(hh, room->hub->accounts, &account_id, sizeof(account_id), entry);
    if (entry == NULL)
        return;
    for (struct session *at = entry->sessions; at != NULL; at = at->account_next)
        for (uint16_t i = 0; i < at->room_count; i++)
            if (at->rooms[i].room == room)
                room->marks[at->rooms[i].index] |= MARK_OWN;
}

void fanout_add(struct room *room, const struct room_post *post)
{
    struct room_lane *lane = &room->lanes[post->lane];
    if (room->count == room->gone)
        return;
    if (lane->pending.count == UINT16_MAX) {
        /* Nobody publishes that much in one turn; the bound of membership.skip all the same. */
        room->hub->counts.dropped++;
        return;
    }
    add_part(&lane->pending, post);
    if (post->own_account_id != 0)
        mark_own(room, post->own_account_id);
    enqueue(room->hub, lane, post->lane);
}

/* Takes parts off the waiting list, joins them, and notes who is to have them. */
static void begin_job(struct room_lane *lane)
{
    struct part_list *pending = &lane->pending;
    struct part_list *active = &lane->active;
    struct shared_frame *frames[JOB_PARTS_MAX];
    uint32_t count = 0;
    size_t bytes = 0;

    assert(pending->count > 0);
    lane->has_droppable = false;
    do {
        frames[count] = pending->parts[count].frame;
        lane->has_droppable = lane->has_droppable || pending->parts[count].droppable;
        bytes += frames[count]->len;
        count++;
    } while (count < pending->count && count < JOB_PARTS_MAX &&
             bytes + pending->parts[count].frame->len <= JOB_BYTES_MAX);
    lane->joined = shared_frame_join(frames, count);
    if (active->size < count) {
        active->size = count;
        active->parts = mem_grow(active->parts, count, sizeof(*active->parts));
    }
    memcpy(active->parts, pending->parts, count * sizeof(*active->parts));
    active->count = count;
    pending->count -= count;
    memmove(pending->parts, pending->parts + count, pending->count * sizeof(*pending->parts));
    lane->cursor = 0;
    lane->end = lane->room->count;
    lane->began_us = clock_mono_us();
    lane->room->hub->counts.jobs++;
}

/* When the next job may begin; alerts never wait. */
static void cool(struct room_lane *lane)
{
    const bool is_urgent = lane == &lane->room->lanes[LANE_URGENT];
    const int64_t now_us = clock_mono_us();
    int64_t wait_us = (now_us - lane->began_us) / COOL_SHARE;
    if (wait_us > COOL_MAX_US)
        wait_us = COOL_MAX_US;
    lane->ready_us = 0;
    if (!is_urgent && lane->active.count > 1 && lane->pending.count == 0 &&
        wait_us >= COOL_MIN_US)
        lane->ready_us = now_us + wait_us;
}

/* Members that came after the job began have waiting parts counted from its end. */
static void end_job(struct room_lane *lane)
{
    cool(lane);
    for (uint32_t i = 0; i < lane->active.count; i++) {
        shared_frame_release(lane->active.parts[i].frame);
        shared_frame_release(lane->active.parts[i].own_frame);
    }
    lane->active.count = 0;
    if (lane->pending.count == 0) {
        /* A quiet room keeps no memory for what it might say. */
        mem_free(lane->active.parts);
        mem_free(lane->pending.parts);
        lane->active = (struct part_list){0};
        lane->pending = (struct part_list){0};
    }
    shared_frame_release(lane->joined);
    lane->joined = NULL;
    room_compact(lane->room);
}

static bool is_half_full(const struct session *session)
{
    const struct outbox_bound *bound = &session->hub->bound;
    return session->outbox.bytes > bound->bytes / 2 ||
           outbox_count(&session->outbox) > bound->frames / 2;
}

/* One part to a member that cannot have the joined buffer. */
static void deliver_part(struct room_lane *lane, enum outbox_lane which, struct session *session,
                         const struct room_part *part)
{
    struct membership *member = NULL;
    struct shared_frame *frame = part->frame;
    for (uint16_t i = 0; i < session->room_count; i++)
        if (session->rooms[i].room == lane->room)
            member = &session->rooms[i];
    if (member == NULL || (part->seq != 0 && part->seq <= member->seen_seq))
        return;
    if (part->own_account_id != 0 && part->own_account_id == session->account_id)
        frame = part->own_frame;
    if (frame == NULL)
        return;
    if (part->droppable && is_half_full(session))
        session->hub->counts.dropped++;
    else if (member->hold != NULL && which == LANE_NORMAL)
        hold_add(session, member, frame, part->seq);
    else
        session_push(session, frame, which);
}

/* The long way, for a member with a mark or a peer with a remainder. */
static void deliver_apart(struct room_lane *lane, enum outbox_lane which, uint32_t i)
{
    struct room *room = lane->room;
    struct session *session = room->sessions[i];
    const uint8_t marks = room->marks[i];
    if (session == NULL)
        return;
    if ((marks & (MARK_LATE | MARK_HELD | MARK_OWN)) == 0 && !lane->has_droppable) {
        session_push(session, lane->joined, which);
        return;
    }
    struct membership *member = &session->rooms[room->slots[i]];
    uint32_t first = member->skip[which];
    if (first > lane->active.count)
        first = lane->active.count;
    member->skip[which] = (uint16_t)(member->skip[which] - first);
    for (uint32_t n = first; n < lane->active.count; n++)
        deliver_part(lane, which, session, &lane->active.parts[n]);
    room_refresh_marks(room, i);
}

/* A send of ours has come back. */
static void settle_send(struct room_lane *lane, enum outbox_lane which, uint32_t i, ssize_t sent)
{
    struct room *room = lane->room;
    struct hub *hub = room->hub;
    struct session *session = room->sessions[i];
    struct shared_frame *joined = lane->joined;
    if (sent == (ssize_t)joined->len) {
        hub->counts.deliveries += joined->frames;
        hub->counts.bytes_sent += joined->len;
        return;
    }
    if (session == NULL)
        return;
    if (sent > 0) {
        hub->counts.deliveries += joined->frames;
        hub->counts.bytes_sent += (uint64_t)sent;
        session_sent_short(session, joined, (size_t)sent);
    } else if (sent == -EAGAIN || sent == -ENOBUFS || sent == -EINTR) {
        session_push(session, joined, which);
    } else {
        session_send_failed(session);
    }
}

/* Bit j: member first + j must go the long way. */
static uint32_t masked(const struct room *room, uint32_t first, uint32_t count)
{
    uint32_t mask = room->hub->peers.blocked(room->peers + first, count);
    for (uint32_t j = 0; j < count; j++)
        if (room->marks[first + j] != 0)
            mask |= 1u << j;
    return mask;
}

static void deliver_masked(struct room_lane *lane, enum outbox_lane which, uint32_t first,
                           uint32_t mask)
{
    while (mask != 0) {
        uint32_t j = (uint32_t)__builtin_ctz(mask);
        mask &= mask - 1;
        deliver_apart(lane, which, first + j);
    }
}

static void send_group(struct room_lane *lane, enum outbox_lane which, uint32_t first,
                       uint32_t count)
{
    struct room *room = lane->room;
    const struct shared_frame *joined = lane->joined;
    const uint32_t mask = masked(room, first, count);
    for (uint32_t j = 0; j < count; j++) {
        if ((mask >> j & 1) != 0)
            continue;
        ssize_t sent =
            send(room->fds[first + j], joined->bytes, joined->len, MSG_DONTWAIT | MSG_NOSIGNAL);
        room->hub->counts.sends++;
        settle_send(lane, which, first + j, sent < 0 ? -errno : sent);
    }
    deliver_masked(lane, which, first, mask);
}

struct batch_ctx {
    struct room_lane *lane;
    enum outbox_lane which;
    uint32_t first;
};

static void on_batch_sent(void *ctx, uint32_t token, int result)
{
    struct batch_ctx *batch = ctx;
    settle_send(batch->lane, batch->which, batch->first + token, result);
}

/* The same through io_uring: one system call for up to SENDER_BATCH members. */
static void send_batch(struct room_lane *lane, enum outbox_lane which, uint32_t first,
                       uint32_t count)
{
    struct room *room = lane->room;
    struct sender *sender = &room->hub->sender;
    struct batch_ctx batch = {.lane = lane, .which = which, .first = first};
    const struct sender_bytes what = {lane->joined->bytes, lane->joined->len};
    uint32_t masks[SENDER_BATCH / PEER_GROUP];
    for (uint32_t at = 0; at < count; at += PEER_GROUP) {
        const uint32_t n = count - at < PEER_GROUP ? count - at : PEER_GROUP;
        const uint32_t mask = masked(room, first + at, n);
        masks[at / PEER_GROUP] = mask;
        for (uint32_t j = 0; j < n; j++) {
            if ((mask >> j & 1) != 0)
                continue;
            struct session *session = room->sessions[first + at + j];
            if (!session->fixed)
                session->fixed = sender_register(sender, session->fd);
            sender_add(sender, &what, session->fd, session->fixed, at + j);
            room->hub->counts.sends++;
        }
    }
    sender_run(sender, on_batch_sent, &batch);
    for (uint32_t at = 0; at < count; at += PEER_GROUP)
        deliver_masked(lane, which, first + at, masks[at / PEER_GROUP]);
}

/* Writes to up to `budget` members; gives how many it was. */
static uint32_t run_slice(struct room_lane *lane, enum outbox_lane which, uint32_t budget)
{
    const struct sender *sender = &lane->room->hub->sender;
    uint32_t done = 0;
    while (done < budget && lane->cursor < lane->end) {
        uint32_t count = lane->end - lane->cursor;
        if (count > budget - done)
            count = budget - done;
        const bool batch = sender->ready && count >= SENDER_MEMBERS_MIN;
        const uint32_t most = batch ? SENDER_BATCH : PEER_GROUP;
        if (count > most)
            count = most;
        const uint32_t first = lane->cursor;
        lane->cursor += count;
        if (batch)
            send_batch(lane, which, first, count);
        else
            send_group(lane, which, first, count);
        done += count;
    }
    return done;
}

uint32_t fanout_run(struct hub *hub, enum outbox_lane lane, uint32_t budget)
{
    struct lane_queue *queue = &hub->jobs[lane];
    while (budget > 0) {
        struct room_lane *job = dequeue(queue);
        if (job == NULL)
            break;
        if (job->joined == NULL)
            begin_job(job);
        uint32_t done = run_slice(job, lane, budget);
        budget -= done < budget ? done : budget;
        if (job->cursor >= job->end)
            end_job(job);
        if (job->joined != NULL || job->pending.count > 0)
            enqueue(hub, job, lane);
    }
    return budget;
}

bool fanout_is_waiting(const struct hub *hub)
{
    return hub->jobs[LANE_URGENT].head != NULL || hub->jobs[LANE_NORMAL].head != NULL;
}

static void unqueue(struct hub *hub, struct lane_queue *queue, struct room_lane *lane)
{
    for (struct room_lane **at = &hub->cooling; *at != NULL; at = &(*at)->next) {
        if (*at != lane)
            continue;
        *at = lane->next;
        lane->queued = false;
        return;
    }
    struct room_lane *before = NULL;
    for (struct room_lane *at = queue->head; at != NULL; before = at, at = at->next) {
        if (at != lane)
            continue;
        if (before != NULL)
            before->next = at->next;
        else
            queue->head = at->next;
        if (queue->tail == at)
            queue->tail = before;
        break;
    }
    lane->queued = false;
}

void fanout_forget(struct room *room)
{
    for (int i = 0; i < LANE_COUNT; i++) {
        struct room_lane *lane = &room->lanes[i];
        if (lane->queued)
            unqueue(room->hub, &room->hub->jobs[i], lane);
        part_list_clear(&lane->pending);
        part_list_clear(&lane->active);
        shared_frame_release(lane->joined);
        lane->joined = NULL;
    }
}
