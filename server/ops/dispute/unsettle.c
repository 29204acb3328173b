#include "ops/dispute/dispute_step.h"
#include "ops/operations.h"

/* D11: it came to nothing, so far. */
void op_dispute_unsettle(struct call *call)
{
    const struct wire_dispute_unsettle *ask = CALL_BODY(call, dispute_unsettle);
    if (ask->reason.len == 0) {
        call_fail_field(call, STATUS_INVALID_FIELD, "reason");
        return;
    }
    struct dispute_step *step = dispute_step_make(call, ask->dispute_id, ask->expected_version,
                                                  WIRE_DISPUTE_EVENT_UNSETTLE);
    step->command.public_reason = dispute_step_text(ask->has_public_reason, ask->public_reason);
    step->command.reason = ask->reason;
    step->command.party_refuses = ask->party_refuses;
    dispute_step_begin(step);
}
