/*
 * call: one request in progress: who asked, what, and its one answer.
 * Owned by ops from dispatch until its answer; answering frees it. Everything a handler makes goes
 * into its arena. At shutdown the number of open calls must be zero.
 *
 * Every path of a handler ends in exactly one call_reply, call_fail or call_fail_field. What waits
 * longer than CALL_DEADLINE_MS is answered `unavailable` by the sweep; the handler's own answer,
 * when it comes at last, then only frees the call.
 */
#ifndef OPS_CALL_H
#define OPS_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/status.h"
#include "ops/ops_env.h"
#include "rules/permission.h"
#include "wire/wire.h"

#define CALL_DEADLINE_MS 10000
#define CALL_RETRY_MAX_MS 86400000u

enum call_origin {
    CALL_FROM_SESSION = 1, /* origin_id is a hub session */
    CALL_FROM_HTTP,        /* origin_id is a request of an HTTP door */
};

struct command;

struct call {
    struct ops_env *env;             /* borrowed */
    const struct command *command;   /* borrowed for ever */
    const struct principal *who;     /* in the arena */
    enum call_origin origin;
    uint64_t origin_id;
    enum wire_operation code;
    uint32_t seq;                    /* of the request; 0 from HTTP */
    struct arena arena;              /* owned */
    struct arena taken;              /* owned: the door's arena, in which the body lies */
    const void *body;                /* struct wire_<operation>, in the arena */
    uint64_t scope_id;               /* room, account or alert */
    struct scope_facts facts;        /* filled before the permission is decided */
    enum wire_role role;             /* the role it is done as, for the audit */
    int64_t now_ms;                  /* wall clock at arrival */
    const void *door;                /* HTTP: what the door hands to its own handler; borrowed */
    bool answered;                   /* the deadline answered already */
    uint64_t journal;                /* env->revocation_head when the database was asked */
    int64_t started_ms;              /* monotonic */
    struct call *prev, *next;        /* list of open calls */
};

/* The body as this operation's struct: CALL_BODY(call, message_post)->body. */
#define CALL_BODY(call, name) ((const struct wire_##name *)(call)->body)

/* The answer. The body is borrowed for the call. Frees the call. */
void call_reply(struct call *call, enum wire_operation reply, const void *body);
/* `done` without more. */
void call_reply_done(struct call *call);
/* Any status but STATUS_OK. Frees the call. */
void call_fail(struct call *call, enum status status);
/* STATUS_INVALID_FIELD and the like: which field, by its name in the schema. */
void call_fail_field(struct call *call, enum status status, const char *field);
/* STATUS_RATE_LIMITED, STATUS_MUTED, STATUS_BUSY: come back after this. */
void call_fail_retry(struct call *call, enum status status, uint64_t retry_after_ms);

/* The status of a store call as an answer: STATUS_OK is `done`. */
void call_finish(struct call *call, enum status status);

/* A new call with a copy of who, counted as open. For dispatch. */
struct call *call_create(struct ops_env *env, const struct principal *who);
/* Answers what waits too long; run once per second. */
void call_sweep(struct ops_env *env, int64_t now_mono_ms);

#endif
