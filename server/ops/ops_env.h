/*
 * ops_env: the few things that operations may use. Owned by app, which fills the first part at
 * start and outlives every call.
 */
#ifndef OPS_OPS_ENV_H
#define OPS_OPS_ENV_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "base/status.h"
#include "wire/wire.h"

struct access_store;
struct alert_env;
struct calendar_store;
struct call;
struct hub;
struct login_env;
struct media_env;
struct message_store;
struct person_env;
struct reading_log;
struct room_directory;
struct room_store;
struct room_warmings;
struct session_store;
struct source_env;
struct store;
struct throttle_table;
struct work_feed;

struct ops_settings {
    uint32_t account_rate;  /* throttle: cost units per second and account; 0: no limit */
    uint32_t account_burst;
    uint32_t address_rate;  /* the same per address, for those not logged in */
    uint32_t address_burst;
    uint32_t room_rate;     /* units of posting per second and room; 0: no limit */
    uint32_t room_burst;
    uint32_t ping_ms;       /* told to clients in welcome */
    uint32_t min_build;     /* told to clients in welcome */
    uint32_t recall_ms;     /* how long a message can be taken back: 120000 */
    uint32_t resume_max;    /* further behind than this is `partial`: 5000 */
    uint32_t resume_tail;   /* what `partial` sends: 500 */
    uint32_t calls_max;     /* open calls; beyond it requests are answered `busy` */
};

/* The answer of a call that came through an HTTP door. body is NULL unless status is OK; field is
 * "" or names a field; all borrowed for the call. */
struct ops_http_answer {
    enum status status;
    enum wire_operation reply;
    const void *body;
    const char *field;
    uint64_t retry_after_ms;
};
struct ops_http {
    void *ctx; /* borrowed */
    void (*answer)(void *ctx, uint64_t request_id, const struct ops_http_answer *answer);
};

struct ops_env {
    /* filled by app; all borrowed */
    uv_loop_t *loop;
    struct store *store;
    struct message_store *messages;
    struct room_store *rooms;
    struct session_store *sessions;
    struct access_store *access;
    const struct calendar_store *calendars; /* hours of duty; ask anew after every wait */
    struct hub *hub;
    const struct ops_settings *settings;
    struct ops_http http;
    struct alert_env *alert; /* ops/alert */
    struct login_env *login; /* ops/login */
    struct media_env *media; /* ops/media */
    struct person_env *person; /* ops/person; NULL: there are none */
    struct source_env *source; /* ops/source */
    /* made by ops_open, freed by ops_close */
    struct room_directory *directory;
    struct room_warmings *warmings;
    struct throttle_table *throttle;
    struct work_feed *work;   /* who watches what waits for her */
    struct reading_log *readings;
    struct call *open_calls;  /* list, written by call.c */
    uint32_t open_call_count; /* written by call.c */
    uint64_t epoch;           /* of the history; 0 until the database was read */
    uint64_t revocation_head; /* this node has told its rooms of the journal up to here */
    uint64_t revocation_before;  /* the same a second ago */
    uint64_t revocation_settled; /* two seconds ago: it has left for everybody who is not behind */
    uint64_t changes;         /* of people and memberships heard of; written by watch.c */
    int64_t disputes_heard_ms; /* when this node last heard of a dispute; 0: never */
    uint32_t seconds;         /* ops_on_second was called so often */
    bool journal_known;       /* epoch and revocation_head were read */
    bool journal_reading;     /* a read of the journal is under way */
    bool journal_again;       /* and another is wanted after it */
    bool journal_missed;      /* the last one failed: ops_on_second tries again */
    bool alerts_missed;       /* the same of an alert that was to be read again */
    bool disputes_missed;     /* the same of a dispute that was to be told */
    bool people_missed;       /* the same of somebody's login, roles or rooms */
    bool closing;             /* ops_stop was called: no new work is begun */
};

/* Fills what is made by ops; the first part is filled before. */
void ops_open(struct ops_env *env);
/* Before the store is closed: what would still ask it by itself does not. */
void ops_stop(struct ops_env *env);
/* After the last call was answered and the store is closed. */
void ops_close(struct ops_env *env);
/* No call is open. */
bool ops_is_idle(const struct ops_env *env);

#endif
