/*
 * dispatch: from a frame or an HTTP request to a handler: limits, cost, decoding, scope,
 * permission. Nothing reaches a handler that did not pass all of them.
 */
#ifndef OPS_DISPATCH_H
#define OPS_DISPATCH_H

#include "ops/call.h"

/* One frame of an open session. The bytes are borrowed for the call. */
void dispatch_frame(struct ops_env *env, uint64_t session_id, const uint8_t *bytes, size_t len);

/* Works off the frames that waited while the session was not ready. */
void dispatch_held(struct ops_env *env, uint64_t session_id);

/* A request of an HTTP door, already decoded by wire_from_json or wire_decode_body into `arena`.
 * The call takes the arena (yours is empty afterwards); the answer comes through
 * env->http.answer with the same request_id, exactly once, perhaps before this returns. */
struct dispatch_request {
    uint64_t request_id;
    enum wire_operation code;
    const struct principal *who; /* borrowed; NULL: nobody logged in */
    struct arena *arena;
    const void *body;
    uint64_t address_key; /* a hash of the caller's address, for the throttle */
    bool is_paid;         /* dispatch_charge was called for it */
    const void *door;     /* kept in call->door; lives until the answer */
};
void dispatch_request(struct ops_env *env, const struct dispatch_request *request);

/* What a request of somebody will cost, taken now, before it is read. 0: it may come; else come
 * back after so many ms. */
uint64_t dispatch_charge(struct ops_env *env, const struct principal *who,
                         enum wire_operation code);

/* For scope functions only: the facts are known (STATUS_OK) or cannot be. Denied and not found
 * give the same bytes. */
void dispatch_decide(struct call *call, enum status status);

#endif
