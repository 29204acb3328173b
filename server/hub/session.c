#include "hub/session.h"

#include <errno.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/mem.h"
#include "hub/frame_encode.h"
#include "hub/hub_state.h"

#define GATHER_MAX 64

struct session *session_create(struct hub *hub, int fd, void *peer)
{
    struct session *session = mem_alloc(sizeof(*session));
    session->id = hub->next_session_id++;
    session->hub = hub;
    session->fd = fd;
    session->peer = peer;
    session->heard_ms = clock_mono_ms();
    return session;
}

void session_destroy(struct session *session)
{
    outbox_clear(&session->outbox);
    mem_free(session->rooms);
    mem_free(session);
}

static void list_dirty(struct session *session)
{
    struct session_list *list = &session->hub->dirty;
    if (session->dirty)
        return;
    if (list->count == list->size) {
        list->size = list->size == 0 ? 64 : list->size * 2;
        list->items = mem_grow(list->items, list->size, sizeof(*list->items));
    }
    list->items[list->count++] = session;
    session->dirty = true;
}

static void set_behind(struct session *session, bool behind)
{
    if (session->behind == behind)
        return;
    session->behind = behind;
    if (behind)
        room_mark(session, MARK_BEHIND);
    else
        room_unmark(session, MARK_BEHIND);
}

static void drop_queued(struct session *session)
{
    struct hub *hub = session->hub;
    const uint32_t bytes_before = session->outbox.bytes;
    hub->counts.queued_frames -= outbox_count(&session->outbox);
    outbox_clear(&session->outbox);
    hub->counts.queued_bytes -= bytes_before - session->outbox.bytes;
}

static void close_as_slow(struct session *session)
{
    session->hub->counts.closed_slow++;
    drop_queued(session);
    session_close(session, WIRE_CLOSE_REASON_SLOW_READER, 0);
}

void session_push(struct session *session, struct shared_frame *frame, enum outbox_lane lane)
{
    struct hub *hub = session->hub;
    if (session->state != SESSION_OPEN)
        return;
    if (outbox_push(&session->outbox, frame, lane, &hub->bound) != STATUS_OK) {
        close_as_slow(session);
        return;
    }
    hub->counts.queued_bytes += frame->len;
    hub->counts.queued_frames++;
    set_behind(session, true);
    if (!session->waiting)
        list_dirty(session);
}

void session_push_take(struct session *session, struct shared_frame *frame, enum outbox_lane lane)
{
    if (frame == NULL)
        return;
    session_push(session, frame, lane);
    shared_frame_release(frame);
}

bool session_is_behind(const struct session *session)
{
    return session->was_behind;
}

static void wait_for_room(struct session *session)
{
    session->was_behind = true;
    if (session->waiting)
        return;
    session->waiting = true;
    session->hub->peers.wake(session->peer);
}

void session_sent_short(struct session *session, struct shared_frame *frame, size_t sent)
{
    struct hub *hub = session->hub;
    hub->counts.short_sends++;
    hub->peers.hand_over(session->peer, frame->bytes + sent, frame->len - sent);
    wait_for_room(session);
}

/* The peer is told to go; what was queued is of no use any more. */
static void begin_closing(struct session *session, uint16_t code)
{
    session->state = SESSION_CLOSING;
    session->close_code = code;
    room_leave_all(session);
}

void session_send_failed(struct session *session)
{
    if (session->state == SESSION_GONE)
        return;
    if (session->state == SESSION_OPEN)
        begin_closing(session, 0);
    session->hub->peers.close(session->peer, 0);
}

/* One system call's worth; false when there is no more to do now. */
static bool write_some(struct session *session)
{
    struct hub *hub = session->hub;
    struct iovec vectors[GATHER_MAX];
    struct msghdr message = {.msg_iov = vectors};
    const int n = outbox_gather(&session->outbox, vectors, GATHER_MAX);
    const uint32_t bytes_before = session->outbox.bytes;
    const uint32_t count_before = outbox_count(&session->outbox);
    struct shared_frame *cut;
    uint32_t cut_at;

    message.msg_iovlen = (size_t)n;
    ssize_t sent = sendmsg(session->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0) {
        if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS)
            wait_for_room(session);
        else if (errno != EINTR)
            session_send_failed(session);
        return errno == EINTR;
    }
    outbox_consume(&session->outbox, (size_t)sent, &cut, &cut_at);
    hub->counts.sends++;
    hub->counts.bytes_sent += (uint64_t)sent;
    hub->counts.deliveries += count_before - outbox_count(&session->outbox);
    hub->counts.queued_frames -= count_before - outbox_count(&session->outbox);
    hub->counts.queued_bytes -= bytes_before - session->outbox.bytes;
    if (cut != NULL) {
        session_sent_short(session, cut, cut_at);
        shared_frame_release(cut);
        return false;
    }
    return !outbox_is_empty(&session->outbox);
}

void session_flush(struct session *session)
{
    struct hub *hub = session->hub;
    if (session->state == SESSION_GONE || session->waiting)
        return;
    if (!outbox_is_empty(&session->outbox)) {
        if (hub->peers.blocked(&session->peer, 1) != 0) {
            wait_for_room(session);
            return;
        }
        while (write_some(session))
            ;
    }
    if (!outbox_is_empty(&session->outbox))
        return;
    set_behind(session, false);
    if (session->state == SESSION_CLOSING) {
        if (session->close_code != 0)
            hub->peers.close(session->peer, session->close_code);
        session->close_code = 0;
        return;
    }
    if (session->was_behind && !session->waiting) {
        session->was_behind = false;
        if (hub->watch.on_session_drained != NULL)
            hub->watch.on_session_drained(hub->watch.ctx, session->id);
    }
}

/* The last frames were given time enough. */
static void on_closing_late(struct wheel_item *item)
{
    struct session *session =
        (struct session *)(void *)((char *)item - offsetof(struct session, ping));
    if (session->state != SESSION_CLOSING)
        return;
    session->hub->peers.close(session->peer, session->close_code);
    session->close_code = 0;
}

void session_close_code(struct session *session, uint16_t code)
{
    struct hub *hub = session->hub;
    if (session->state != SESSION_OPEN)
        return;
    begin_closing(session, code);
    wheel_set(&hub->wheel, &session->ping, CLOSING_MS, on_closing_late);
    if (outbox_is_empty(&session->outbox)) {
        hub->peers.close(session->peer, code);
        session->close_code = 0;
    } else if (!session->waiting) {
        list_dirty(session);
    }
}

void session_close(struct session *session, uint8_t reason, uint32_t retry_after_ms)
{
    if (session->state != SESSION_OPEN)
        return;
    const struct wire_closing closing = {.reason = (enum wire_close_reason)reason,
                                         .retry_after_ms = retry_after_ms};
    session->reason = reason;
    session_push_take(session, frame_encode(WIRE_CLOSING, 0, &closing), LANE_URGENT);
    session_close_code(session, (uint16_t)(SESSION_CLOSE_REASON_BASE + reason));
}

void session_end(struct session *session)
{
    struct hub *hub = session->hub;
    room_leave_all(session);
    session->state = SESSION_GONE;
    wheel_clear(&session->ping);
    if (session->fixed)
        sender_unregister(&hub->sender, session->fd);
    session->fixed = false;
    drop_queued(session);
    session->behind = false;
    session->peer = NULL;
    session->fd = -1;
}

void session_heard(struct session *session)
{
    session->heard_ms = clock_mono_ms();
}

/* Looks whether the peer is alive; most have said something and need no ping. */
static void on_ping_due(struct wheel_item *item)
{
    struct session *session =
        (struct session *)(void *)((char *)item - offsetof(struct session, ping));
    struct hub *hub = session->hub;
    int64_t silent_ms = clock_mono_ms() - session->heard_ms;
    if (session->state != SESSION_OPEN)
        return;
    if (silent_ms >= hub->settings.silence_ms) {
        hub->counts.closed_silent++;
        session_close(session, WIRE_CLOSE_REASON_PING_TIMEOUT, 0);
        return;
    }
    if (silent_ms >= hub->settings.ping_ms)
        session_push(session, hub->ping, LANE_URGENT);
    session_start_pings(session);
}

/* Spread by id over the last fifth, so that sessions opened together do not ping together. */
void session_start_pings(struct session *session)
{
    struct hub *hub = session->hub;
    int64_t period = hub->settings.ping_ms;
    int64_t spread = period / 5;
    int64_t offset = spread > 0 ? (int64_t)(session->id * 7919 % (uint64_t)spread) : 0;
    wheel_set(&hub->wheel, &session->ping, period + offset, on_ping_due);
}
