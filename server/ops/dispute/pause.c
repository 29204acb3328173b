#include "ops/dispute/dispute_step.h"
#include "ops/operations.h"

/* D8: somebody else is waited for, and the clock stands still. */
void op_dispute_pause(struct call *call)
{
    const struct wire_dispute_pause *ask = CALL_BODY(call, dispute_pause);
    if (ask->pause_reason == WIRE_DISPUTE_PAUSE_REASON_REPORTER) { /* dispute_note makes it */
        call_fail_field(call, STATUS_INVALID_FIELD, "pause_reason");
        return;
    }
    struct dispute_step *step =
        dispute_step_make(call, ask->dispute_id, ask->expected_version, WIRE_DISPUTE_EVENT_PAUSE);
    step->command.public_reason = dispute_step_text(ask->has_public_reason, ask->public_reason);
    step->command.reason = dispute_step_text(ask->has_reason, ask->reason);
    step->command.pause_reason = ask->pause_reason;
    dispute_step_begin(step);
}
