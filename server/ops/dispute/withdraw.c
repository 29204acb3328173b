#include "ops/dispute/dispute_step.h"
#include "ops/operations.h"

/* D22: the reporter takes it back; in danger only with an officer. */
void op_dispute_withdraw(struct call *call)
{
    const struct wire_dispute_withdraw *ask = CALL_BODY(call, dispute_withdraw);
    struct dispute_step *step = dispute_step_make(call, ask->dispute_id, ask->expected_version,
                                                  WIRE_DISPUTE_EVENT_WITHDRAW);
    step->command.reason = dispute_step_text(ask->has_reason, ask->reason);
    dispute_step_begin(step);
}
