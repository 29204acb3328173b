#include "ops/dispute/dispute_step.h"
#include "ops/operations.h"

/* D9: it goes on. */
void op_dispute_resume(struct call *call)
{
    const struct wire_dispute_resume *ask = CALL_BODY(call, dispute_resume);
    struct dispute_step *step =
        dispute_step_make(call, ask->dispute_id, ask->expected_version, WIRE_DISPUTE_EVENT_RESUME);
    step->command.reason = dispute_step_text(ask->has_reason, ask->reason);
    dispute_step_begin(step);
}
