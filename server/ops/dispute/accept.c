#include "ops/dispute/dispute_step.h"
#include "ops/operations.h"

/* D5: taken up; the legal questions are answered here, or were before. */
void op_dispute_accept(struct call *call)
{
    const struct wire_dispute_accept *ask = CALL_BODY(call, dispute_accept);
    struct dispute_step *step =
        dispute_step_make(call, ask->dispute_id, ask->expected_version, WIRE_DISPUTE_EVENT_ACCEPT);
    step->command.public_reason = dispute_step_text(ask->has_public_reason, ask->public_reason);
    step->command.reason = dispute_step_text(ask->has_reason, ask->reason);
    step->command.assessment = ask->has_assessment ? &ask->assessment : NULL;
    dispute_step_begin(step);
}
