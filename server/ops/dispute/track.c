#include "ops/dispute/dispute_step.h"
#include "ops/operations.h"

/* D13: looked after from now on. */
void op_dispute_track(struct call *call)
{
    const struct wire_dispute_track *ask = CALL_BODY(call, dispute_track);
    struct dispute_step *step =
        dispute_step_make(call, ask->dispute_id, ask->expected_version, WIRE_DISPUTE_EVENT_TRACK);
    step->command.public_reason = dispute_step_text(ask->has_public_reason, ask->public_reason);
    step->command.reason = dispute_step_text(ask->has_reason, ask->reason);
    dispute_step_begin(step);
}
