/*
 * hub: who is here. Owns sessions and rooms, writes at the end of every turn of the loop, pings,
 * and frees what ended, once per turn. Knows neither libwebsockets nor SQL.
 */
#ifndef HUB_HUB_H
#define HUB_HUB_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "hub/peer.h"
#include "hub/room.h"
#include "hub/session.h"
#include "hub/wheel.h"

struct hub_settings {
    uint32_t outbox_bytes;  /* bound of one session */
    uint32_t outbox_frames; /* "" */
    uint64_t ring_bytes;    /* of all rings together */
    uint32_t ring_frames;   /* of one room */
    uint32_t slice_members; /* how many members are written to in one turn */
    uint32_t ping_ms;       /* silence after which a peer is pinged */
    uint32_t silence_ms;    /* silence after which it is given up */
    bool use_uring;         /* try io_uring for large rooms */
};

/* Told to the layer above, always from the loop. */
struct hub_watch {
    void *ctx;
    /* Messages from_seq…to_seq of a room were not published here: read and publish them. */
    void (*on_room_gap)(void *ctx, uint64_t room_id, uint64_t from_seq, uint64_t to_seq);
    /* A session that was behind has taken everything. */
    void (*on_session_drained)(void *ctx, uint64_t session_id);
};

struct hub_counts {
    uint64_t sessions, sessions_opened, rooms, members;
    uint64_t deliveries;    /* frames given to the kernel, one per frame and session */
    uint64_t sends;         /* system calls or ring entries for them */
    uint64_t bytes_sent;
    uint64_t short_sends;   /* remainders handed to the peer */
    uint64_t queued_frames; /* in all outboxes now */
    uint64_t queued_bytes;
    uint64_t dropped;       /* droppable frames left out */
    uint64_t closed_slow, closed_silent;
    uint64_t ring_bytes, ring_frames;
    uint64_t gaps;          /* times a predecessor had to be asked for */
    uint64_t jobs;          /* batches fanned out */
    bool uses_uring;
};

struct hub *hub_create(uv_loop_t *loop, const struct hub_settings *settings,
                       const struct peer_functions *peers);
void hub_set_watch(struct hub *hub, const struct hub_watch *watch);
/* Stops the handles; done comes from the loop, then hub_destroy may be called. */
void hub_close(struct hub *hub, void (*done)(void *ctx), void *ctx);
void hub_destroy(struct hub *hub);

/* By net: a socket is there, and it is gone. */
struct session *hub_open_session(struct hub *hub, int fd, void *peer);
void hub_drop_session(struct hub *hub, struct session *session);
/* By net: the peer that was asked to wake us may be written to. */
void hub_on_writable(struct hub *hub, struct session *session);

struct session *hub_find_session(struct hub *hub, uint64_t session_id);
/* Authentication: from now on the session is found by its account. */
void hub_set_account(struct hub *hub, struct session *session, uint64_t account_id,
                     uint64_t login_id);
typedef void (*hub_session_fn)(void *ctx, struct session *session);
/* fn may close the session it is given. */
void hub_each_session_of_account(struct hub *hub, uint64_t account_id, hub_session_fn fn,
                                 void *ctx);
void hub_each_session(struct hub *hub, hub_session_fn fn, void *ctx);
/* fn must not make or free rooms. */
typedef void (*hub_room_fn)(void *ctx, struct room *room);
void hub_each_room(struct hub *hub, hub_room_fn fn, void *ctx);
/* Pushes to all sessions of the account; gives their number. */
uint32_t hub_push_account(struct hub *hub, uint64_t account_id, struct shared_frame *frame,
                          enum outbox_lane lane);

/* An alert is on its way through the database: until it is over chat gets this share of a turn, so
 * that the loop comes round sooner. Calls nest. */
#define HUB_HURRY_SHARE 8
void hub_hurry(struct hub *hub);
void hub_hurry_over(struct hub *hub);

/* Tells everyone `closing{going_away}`, retry_after spread evenly over spread_ms. */
void hub_drain(struct hub *hub, uint32_t spread_ms);

/* Writes what this turn gathered; the loop does it, tests call it by hand. True: more is left. */
bool hub_turn(struct hub *hub);
/* Shared with net for its own deadlines. */
struct wheel *hub_wheel(struct hub *hub);
void hub_count(const struct hub *hub, struct hub_counts *out);

#endif
