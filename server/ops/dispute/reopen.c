#include "ops/dispute/dispute_step.h"
#include "ops/operations.h"

/* D23: it is not over. */
void op_dispute_reopen(struct call *call)
{
    const struct wire_dispute_reopen *ask = CALL_BODY(call, dispute_reopen);
    if (ask->reason.len == 0) {
        call_fail_field(call, STATUS_INVALID_FIELD, "reason");
        return;
    }
    struct dispute_step *step =
        dispute_step_make(call, ask->dispute_id, ask->expected_version, WIRE_DISPUTE_EVENT_REOPEN);
    step->command.reason = ask->reason;
    dispute_step_begin(step);
}
