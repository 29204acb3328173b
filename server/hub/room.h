/*
 * room: the members of one room that are connected here, in contiguous arrays, what it has to say
 * this turn, and a ring of its recent messages. Owned by the hub; made by the first who needs it,
 * freed when it has neither members nor ring. Bounded by the hub's settings.
 *
 * Order: messages are shown strictly by seq. One that comes before its predecessor waits; a
 * predecessor that does not come is asked for with hub_watch.on_room_gap.
 *
 * Entering without a gap:
 *   room_join            from now on everything published is kept back for this session
 *   read heads / backlog afterwards, so that it holds all that was published before
 *   room_set_head        the head that was read (only counts while the room knows none)
 *   session_push …       the backlog, up to `upto_seq`
 *   room_release         what was kept back and is newer follows; the session is live
 * When room_ring_covers(room, cursor): room_join, room_push_ring, room_release(room_head) at once.
 */
#ifndef HUB_ROOM_H
#define HUB_ROOM_H

#include <stdbool.h>
#include <stdint.h>
#include <uthash.h>

#include "base/status.h"
#include "hub/session.h"

#define ROOM_HEAD_UNKNOWN UINT64_MAX
#define ROOM_WAITING_MAX 256    /* messages kept while a predecessor is missing */
#define ROOM_GAP_MS 250         /* how long a predecessor may be late before it is asked for */
#define ROOM_GAP_RETRY_MS 1000  /* and again, while it does not come */

/* What is published. Frames are borrowed for the call and retained. */
struct room_post {
    struct shared_frame *frame;
    enum outbox_lane lane;
    uint64_t seq;                   /* of a message; 0 for what has no place in the order */
    uint64_t own_account_id;        /* this account's sessions get own_frame instead; 0: nobody */
    struct shared_frame *own_frame; /* NULL: they get nothing */
    bool droppable;                 /* left out for a session whose outbox is half full */
};

/* The room, made if need be; its head is unknown then. */
struct room *room_get(struct hub *hub, uint64_t room_id);
struct room *room_find(struct hub *hub, uint64_t room_id);

/* STATUS_FULL: the session is in SESSION_ROOMS_MAX rooms. Joining twice is allowed. */
MUST_USE enum status room_join(struct room *room, struct session *session);
/*
 * Ends the holding back: messages up to upto_seq are known to the session, newer ones follow now.
 * STATUS_AGAIN: more was kept back than is allowed; it is dropped, the holding back begins anew:
 * read the backlog after upto_seq again and call once more.
 */
MUST_USE enum status room_release(struct room *room, struct session *session, uint64_t upto_seq);
void room_leave(struct room *room, struct session *session);
bool room_has(const struct room *room, const struct session *session);

/* The last seq that was shown; ROOM_HEAD_UNKNOWN until told. */
uint64_t room_head(const struct room *room);
void room_set_head(struct room *room, uint64_t head_seq);
/* A message with this seq exists somewhere: when it does not come it is asked for. */
void room_announce(struct room *room, uint64_t seq);
/* How many sessions are here. */
uint32_t room_online(const struct room *room);
uint64_t room_id(const struct room *room);

/* Shown to all members at the end of the turn. */
void room_publish(struct room *room, const struct room_post *post);

/* Whether the ring holds every message after this seq up to the head. */
bool room_ring_covers(const struct room *room, uint64_t after_seq);
/* Pushes the messages after this seq out of the ring, joined; only when the ring covers them. */
void room_push_ring(struct room *room, struct session *session, uint64_t after_seq);
/* Calls fn for each message of the ring after this seq, oldest first. */
typedef void (*room_ring_fn)(void *ctx, uint64_t seq, struct shared_frame *frame);
void room_ring_each(const struct room *room, uint64_t after_seq, room_ring_fn fn, void *ctx);
/* A message was changed (recalled, hidden): later readers get this frame. Retained. */
void room_ring_replace(struct room *room, uint64_t seq, struct shared_frame *frame);
/* Forgets the ring, e.g. after a purge or a restored database. */
void room_ring_clear(struct room *room);

#endif
