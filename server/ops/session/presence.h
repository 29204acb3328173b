/*
 * presence: what the operations know of one socket: who it is, which rooms are hers, what is still
 * to be sent to her. Hangs on the hub's session (attachment), which owns it until the socket is
 * closed. Bounded: PRESENCE_HELD_* frames wait while it is not known who she is or while her hello
 * is worked on, SESSION_ROOMS_MAX rooms.
 */
#ifndef OPS_SESSION_PRESENCE_H
#define OPS_SESSION_PRESENCE_H

#include "hub/session.h"
#include "ops/ops_env.h"
#include "ops/session/backlog.h"
#include "rules/principal.h"
#include "store/room_store.h"

#define PRESENCE_HELD_FRAMES 16
#define PRESENCE_HELD_BYTES 65536
#define PRESENCE_CALLS_MAX 128     /* requests of one socket in progress */
#define PRESENCE_MALFORMED_MAX 10  /* then it is closed */

struct work_watcher;

enum presence_state {
    PRESENCE_LOOKUP,   /* who it is is being looked up; frames wait */
    PRESENCE_GREETING, /* known; hello is expected */
    PRESENCE_ENTERING, /* hello is worked on; further frames wait */
    PRESENCE_LIVE,
};

struct held_frame {
    struct held_frame *prev, *next;
    size_t len;
    uint8_t bytes[];
};

struct presence {
    enum presence_state state;    /* written by presence_set_state only */
    struct principal *who;        /* owned; NULL while PRESENCE_LOOKUP */
    int64_t expires_at;           /* of the login; UTC ms */
    struct held_frame *held;      /* owned list */
    uint32_t held_count;
    size_t held_bytes;
    struct arena opened;          /* owned: what follows, until hello was answered */
    struct room_membership_list memberships; /* as of opening; texts in `opened` */
    struct wire_text client;      /* what the device called itself last; in `opened` */
    uint64_t *room_ids;           /* owned: the rooms she is a member of, ascending */
    uint32_t room_count;
    struct backlog backlog;       /* part of it */
    uint64_t revocation_seq;      /* of the welcome: what she knew of take-downs then */
    struct work_watcher *watcher; /* of ops/work; NULL: she does not watch what waits for her */
    uint32_t open_calls;
    uint32_t malformed;
};

/* The session's, or NULL when the session is NULL or has none. */
struct presence *presence_of(const struct session *session);
struct presence *presence_create(void);
void presence_destroy(struct presence *presence);

void presence_set_state(struct presence *presence, enum presence_state state);

/* Keeps a copy. STATUS_FULL: too many wait. */
MUST_USE enum status presence_hold(struct presence *presence, const uint8_t *bytes, size_t len);
/* Takes the first one out, or gives NULL. The caller frees it with mem_free. */
struct held_frame *presence_unhold(struct presence *presence);

bool presence_is_member(const struct presence *presence, uint64_t room_id);
/* STATUS_FULL: she is in too many rooms already. */
MUST_USE enum status presence_add_room(struct presence *presence, uint64_t room_id);
void presence_remove_room(struct presence *presence, uint64_t room_id);

#endif
