/*
 * session: one connected socket, from the upgrade until it is gone. Owned by the hub; found by id
 * after every wait, because people leave. Bounded: SESSION_ROOMS_MAX rooms, one outbox.
 */
#ifndef HUB_SESSION_H
#define HUB_SESSION_H

#include <stdbool.h>
#include <stdint.h>
#include <uthash.h>

#include "base/status.h"
#include "hub/outbox.h"
#include "hub/wheel.h"

#define SESSION_ROOMS_MAX 64

struct hub;
struct room;
struct hold;

enum session_state {
    SESSION_OPEN,    /* connected; frames go in and out */
    SESSION_CLOSING, /* the end was decided: nothing more is queued, goodbye is being said */
    SESSION_GONE,    /* the socket is gone; freed at the end of the turn */
};

/* Close codes on the WebSocket; 4000 + close_reason for reasons of ours. */
enum session_close_code {
    SESSION_CLOSE_GOING_AWAY = 1001,
    SESSION_CLOSE_PROTOCOL = 1002,
    SESSION_CLOSE_NOT_BINARY = 1003,
    SESSION_CLOSE_POLICY = 1008,
    SESSION_CLOSE_TOO_BIG = 1009,
    SESSION_CLOSE_REASON_BASE = 4000,
    SESSION_CLOSE_UNAUTHENTICATED = 4401,
};

/* One room this session is in; room->slot[index] leads back to it. */
struct membership {
    struct room *room;         /* borrowed */
    uint32_t index;            /* place in the room's arrays */
    uint16_t skip[LANE_COUNT]; /* waiting frames of the room that are older than the joining */
    uint64_t seen_seq;         /* messages up to here it has from the backlog */
    struct hold *hold;         /* owned; live frames kept back while the backlog is sent, or NULL */
};

struct session {
    uint64_t id;              /* never used twice in one run */
    struct hub *hub;          /* borrowed */
    void *peer;               /* the door's; NULL once gone */
    int fd;                   /* borrowed from the peer; -1 once gone */
    enum session_state state; /* written in session.c only */
    bool waiting;             /* the peer was asked to wake us */
    bool behind;              /* the outbox is not empty; mirrored in the rooms' arrays */
    bool dirty;               /* on the hub's list of outboxes to flush this turn */
    bool was_behind;          /* a full socket was met: report when it is drained */
    bool fixed;               /* the descriptor is registered with io_uring */
    uint16_t close_code;      /* to be said when the outbox is empty */
    uint8_t reason;           /* enum wire_close_reason when the end was ours, else 0 */
    uint64_t account_id;      /* 0 until authenticated; written by hub_set_account */
    uint64_t login_id;        /* the login session behind it, 0 until authenticated */
    void *attachment;         /* the layer above's; not touched here */
    int64_t heard_ms;         /* when bytes last came from it */
    struct outbox outbox;     /* owned */
    struct membership *rooms; /* owned */
    uint16_t room_count;
    uint16_t room_size;
    struct wheel_item ping;       /* next look at whether it is alive */
    struct session *account_next; /* other sessions of the same account */
    struct session *account_prev;
    struct session *dead_next; /* on the closing list */
    UT_hash_handle hh;         /* by id */
};

/*
 * Queues a frame and retains it; it is written at the end of this turn, urgent lane first, in order
 * within a lane. Beyond the bound the session is closed as a slow reader. Nothing once closing.
 */
void session_push(struct session *session, struct shared_frame *frame, enum outbox_lane lane);
/* As session_push, and takes the reference. A NULL frame is ignored. */
void session_push_take(struct session *session, struct shared_frame *frame, enum outbox_lane lane);
/* True while something waits because the socket was full: send the next page on on_drained. */
bool session_is_behind(const struct session *session);

/* Says `closing` with this enum wire_close_reason, closes with 4000 + reason, leaves all rooms. */
void session_close(struct session *session, uint8_t reason, uint32_t retry_after_ms);
/* Closes with a WebSocket code and without an event. */
void session_close_code(struct session *session, uint16_t code);
/* Bytes came from the peer: it is alive. */
void session_heard(struct session *session);

#endif
