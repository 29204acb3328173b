/*
 * transition: the road that acknowledging, giving back and cancelling share: read the alert, ask
 * the flow, write it guarded by the version that was seen, tell everyone, answer.
 */
#ifndef OPS_ALERT_TRANSITION_H
#define OPS_ALERT_TRANSITION_H

#include "ops/call.h"
#include "rules/alert_flow.h"

struct transition_request {
    uint64_t alert_id;
    uint32_t expected_version;
    enum alert_event event;
    const char *name; /* for time line and audit; static */
    struct wire_text reason;
    bool claims;       /* the caller has it afterwards */
    bool claimer_only; /* only who has it may */
};

/* Ends in the call's one answer. */
void transition_begin(struct call *call, const struct transition_request *request);

#endif
