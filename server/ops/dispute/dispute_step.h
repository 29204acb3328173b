/*
 * dispute_step: the road that every change of a dispute shares: read it, ask the plan, write it
 * guarded by the version that was seen, answer. Everyone it concerns is told by the database's
 * notification, on every node alike (dispute_refresh).
 */
#ifndef OPS_DISPUTE_DISPUTE_STEP_H
#define OPS_DISPUTE_DISPUTE_STEP_H

#include "ops/call.h"
#include "store/dispute_store.h"

struct dispute_step {
    struct call *call; /* lives until its answer; the step lies in its arena */
    uint64_t dispute_id;
    uint32_t expected_version; /* 0: whatever it is; then a conflict is tried again */
    struct dispute_command command;
    enum wire_operation reply; /* dispute_proposed, or 0: done */
    uint64_t proposal_id;
    uint32_t writing_count;
    struct dispute_writing writings[DISPUTE_WRITINGS_MAX];
    unsigned tries; /* written by the step */
};

/* A step of this caller; the rest is filled by the operation. */
struct dispute_step *dispute_step_make(struct call *call, uint64_t dispute_id,
                                       uint32_t expected_version, enum wire_dispute_event event);
/* Ends in the call's one answer. */
void dispute_step_begin(struct dispute_step *step);

/* Words for the reporter and for the file, as they were sent; fields that are absent are empty. */
struct wire_text dispute_step_text(bool has, struct wire_text text);

#endif
