/*
 * hub_state: the insides of hub, rooms and jobs, for the files of this folder only.
 */
#ifndef HUB_HUB_STATE_H
#define HUB_HUB_STATE_H

#include "hub/hub.h"
#include "hub/sender.h"
#include "hub/shared_frame.h"

/* Parts joined to one send: a bound for what one reader behind may cost at once. */
#define JOB_BYTES_MAX (64 * 1024)
#define JOB_PARTS_MAX 1024
/*
 * A room that is being talked in by several at once gathers for a sixteenth of the time its last
 * job took: for a large room that halves the sends and costs milliseconds of tens. Who speaks
 * alone is never waited for.
 */
#define COOL_SHARE 16
#define COOL_MAX_US 3000
#define COOL_MIN_US 500
/* How long a session that was told to end may take over its last frames. */
#define CLOSING_MS 5000

/* Why a member does not take the short way; room->marks. */
enum member_mark {
    MARK_BEHIND = 1, /* its outbox is not empty */
    MARK_LATE = 2,   /* it came after some of the waiting parts */
    MARK_HELD = 4,   /* live frames are kept back until its backlog is sent */
    MARK_OWN = 8,    /* it gets another variant of some part */
    MARK_GONE = 16,  /* an empty place, closed when no job runs */
};

/* One published frame on its way into a job. */
struct room_part {
    struct shared_frame *frame;     /* retained */
    struct shared_frame *own_frame; /* retained or NULL */
    uint64_t own_account_id;
    uint64_t seq;
    bool droppable;
};

struct part_list {
    struct room_part *parts; /* owned */
    uint32_t count;
    uint32_t size;
};

/* What a room has to say in one lane: parts that wait, and the job that is under way. */
struct room_lane {
    struct room *room;           /* back */
    struct part_list pending;    /* published since the job began */
    struct part_list active;     /* of the job */
    struct shared_frame *joined; /* of the job, retained; NULL: none runs */
    uint32_t cursor;             /* next member */
    uint32_t end;                /* members when the job began; later ones are not its business */
    bool has_droppable;
    bool queued;                 /* in the hub's queue or among those that cool */
    int64_t began_us;
    int64_t ready_us;            /* the next job begins no earlier; 0: at once */
    struct room_lane *next;      /* in the hub's queue, or among those that cool */
};

/* Members kept back: what was published since they joined. */
struct hold {
    struct room_part *parts; /* frames retained; own_frame unused */
    uint32_t count;
    uint32_t size;
    uint32_t bytes; /* counted in the session's outbox too */
    bool lost;      /* messages did not fit and were dropped */
};

struct ring_entry {
    struct ring_entry *prev, *next; /* all rings, oldest first */
    struct room *room;              /* borrowed */
    struct shared_frame *frame;     /* retained */
};

struct ring {
    struct ring_entry **slots; /* owned; circular */
    uint32_t first;            /* slot of the oldest */
    uint32_t count;
    uint32_t size;
    uint64_t first_seq; /* of the oldest */
};

struct room {
    uint64_t id;
    struct hub *hub; /* borrowed */
    /* members, same index in all; written in room_member.c only */
    int *fds;
    void **peers;
    uint8_t *marks;
    struct session **sessions; /* borrowed; NULL with MARK_GONE */
    uint16_t *slots;           /* index in the session's memberships */
    uint32_t count;
    uint32_t size;
    uint32_t gone;
    struct room_lane lanes[LANE_COUNT];
    uint64_t head;               /* last seq shown */
    uint64_t announced;          /* highest seq heard of */
    struct room_post *waiting;   /* owned; by seq; predecessors missing */
    uint32_t waiting_count;
    uint32_t waiting_size;
    struct wheel_item gap;
    struct ring ring;
    bool listed_empty;
    struct room *empty_next;
    UT_hash_handle hh; /* by id */
};

struct account_entry {
    uint64_t account_id;
    struct session *sessions; /* list by account_next, borrowed */
    UT_hash_handle hh;
};

struct session_list {
    struct session **items; /* owned array of borrowed sessions */
    uint32_t count;
    uint32_t size;
};

struct lane_queue {
    struct room_lane *head;
    struct room_lane *tail;
};

struct hub {
    uv_loop_t *loop; /* borrowed */
    uv_check_t check;
    uv_prepare_t prepare;
    uv_idle_t idle; /* active while jobs are left: the loop must not sleep */
    uv_timer_t cool; /* active while lanes cool */
    struct wheel wheel;
    uint32_t hurries; /* alerts on their way to the database and back */
    struct hub_settings settings;
    struct outbox_bound bound;
    struct peer_functions peers;
    struct hub_watch watch;
    struct sender sender;
    struct session *sessions; /* hash by id, owned */
    struct account_entry *accounts;
    struct room *rooms; /* hash by id, owned */
    struct room *empty_rooms;
    struct session *dead; /* closing list */
    struct session_list dirty;
    struct lane_queue jobs[LANE_COUNT];
    struct room_lane *cooling; /* gathering before their next job */
    struct ring_entry ring_list; /* head */
    struct shared_frame *ping;
    struct hub_counts counts;
    uint64_t next_session_id;
    bool in_turn;
    uint32_t open_handles;
    void (*closed)(void *ctx);
    void *closed_ctx;
};

/* session.c */
struct session *session_create(struct hub *hub, int fd, void *peer);
void session_destroy(struct session *session);
/* Writes what it can; the outbox may stay filled, then the peer wakes us. */
void session_flush(struct session *session);
/* A cut or failed send of our own: hands the rest over or ends the session. */
void session_sent_short(struct session *session, struct shared_frame *frame, size_t sent);
void session_send_failed(struct session *session);
/* The socket is gone: leaves rooms, drops what was queued. */
void session_end(struct session *session);
void session_start_pings(struct session *session);

/* room_member.c */
void room_leave_all(struct session *session);
void room_mark(struct session *session, uint8_t mark);
void room_unmark(struct session *session, uint8_t mark);
/* Closes the empty places; only when no job of the room runs. */
void room_compact(struct room *room);
/* What member i is marked with after a visit. */
void room_refresh_marks(struct room *room, uint32_t i);
void hold_add(struct session *session, struct membership *member, struct shared_frame *frame,
              uint64_t seq);
void hold_destroy(struct session *session, struct membership *member);

/* room.c */
void room_destroy(struct room *room);
void room_list_empty(struct room *room);
void part_list_clear(struct part_list *list);

/* room_ring.c */
void ring_add(struct room *room, uint64_t seq, struct shared_frame *frame);

/* fanout.c */
void fanout_add(struct room *room, const struct room_post *post);
/* Works on the jobs of a lane, at most `budget` members; gives what is left of the budget. */
uint32_t fanout_run(struct hub *hub, enum outbox_lane lane, uint32_t budget);
bool fanout_is_waiting(const struct hub *hub);
/* The lanes that cooled may begin. */
void fanout_warm(struct hub *hub);
void fanout_forget(struct room *room);

#endif
