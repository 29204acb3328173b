#include "ops/dispute/dispute_step.h"
#include "ops/operations.h"

/* D4: handed over to whom it belongs to; its return is looked after. */
void op_dispute_refer(struct call *call)
{
    const struct wire_dispute_refer *ask = CALL_BODY(call, dispute_refer);
    if (ask->public_reason.len == 0) {
        call_fail_field(call, STATUS_INVALID_FIELD, "public_reason");
        return;
    }
    struct dispute_step *step =
        dispute_step_make(call, ask->dispute_id, ask->expected_version, WIRE_DISPUTE_EVENT_REFER);
    step->command.public_reason = ask->public_reason;
    step->command.reason = dispute_step_text(ask->has_reason, ask->reason);
    step->command.refer_target = ask->target;
    dispute_step_begin(step);
}
