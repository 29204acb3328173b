/*
 * injection: what an injected message does, from resolving its places to telling people. Used by
 * the signed door and by the spool when the database is back; running it twice with the same
 * identifier and content stores once and gives the first answer.
 */
#ifndef OPS_ALERT_INJECTION_H
#define OPS_ALERT_INJECTION_H

#include "ops/ops_env.h"
#include "wire/wire.h"

struct injection_request {
    uint64_t source_id;
    const struct wire_alert_inject *message; /* borrowed until the answer */
    uint64_t alert_id;  /* drawn by the caller, so that a spooled alert keeps its number */
    uint64_t notice_id;
    int64_t received_at;
    bool spooled;
};

struct injection_result {
    uint64_t alert_id;
    struct wire_text no; /* borrowed for the callback */
    enum wire_alert_state state;
    bool is_new;
    bool merged;
    const char *field; /* on failure: which field, or NULL */
};

typedef void (*injection_fn)(void *ctx, enum status status, const struct injection_result *result);

/* A number that leads nowhere, below 2^48, never 0. */
uint64_t injection_draw_id(void);

/* fn is called before this returns when the message is refused by itself. */
void injection_run(struct ops_env *env, const struct injection_request *request, injection_fn fn,
                   void *ctx);

#endif
