/*
 * backlog: what one session still has to be sent of rooms it is entering, read from the database
 * page by page. While a room is in the backlog the hub keeps its live frames back for this session.
 * Part of the session's presence. One page is read at a time, none while the session is behind.
 */
#ifndef OPS_SESSION_BACKLOG_H
#define OPS_SESSION_BACKLOG_H

#include <stdbool.h>
#include <stdint.h>

struct ops_env;
struct session;

struct backlog_item {
    uint64_t room_id;
    uint64_t next_seq; /* the first that was not sent yet */
    uint64_t to_seq;   /* the last to be sent */
    uint64_t head_seq; /* said in the frames; the first to_seq */
};

struct backlog {
    struct backlog_item *items; /* owned; the first one is being worked on */
    uint32_t count;             /* at most SESSION_ROOMS_MAX: one per room */
    bool reading;               /* a page is on its way */
};

void backlog_deinit(struct backlog *backlog);

/* Messages from_seq to to_seq of a room the session has joined and that holds back for it. Begins
 * with backlog_continue. A room that is in the backlog already begins anew. */
void backlog_add(struct session *session, uint64_t room_id, uint64_t from_seq, uint64_t to_seq);
/* Reads the next page, if there is something to read and the session can take it. */
void backlog_continue(struct ops_env *env, struct session *session);

#endif
