#include "ops/dispute/dispute_step.h"
#include "ops/operations.h"

/* D3: not taken up, with words for the reporter. */
void op_dispute_reject(struct call *call)
{
    const struct wire_dispute_reject *ask = CALL_BODY(call, dispute_reject);
    if (ask->public_reason.len == 0) {
        call_fail_field(call, STATUS_INVALID_FIELD, "public_reason");
        return;
    }
    struct dispute_step *step =
        dispute_step_make(call, ask->dispute_id, ask->expected_version, WIRE_DISPUTE_EVENT_REJECT);
    step->command.public_reason = ask->public_reason;
    step->command.reason = dispute_step_text(ask->has_reason, ask->reason);
    step->command.reject_code = ask->code;
    dispute_step_begin(step);
}
