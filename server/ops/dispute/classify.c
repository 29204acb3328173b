#include "ops/dispute/dispute_step.h"
#include "ops/operations.h"

/* The legal questions answered, the kind named; the state stays. */
void op_dispute_classify(struct call *call)
{
    const struct wire_dispute_classify *ask = CALL_BODY(call, dispute_classify);
    struct dispute_step *step = dispute_step_make(call, ask->dispute_id, ask->expected_version,
                                                  WIRE_DISPUTE_EVENT_CLASSIFY);
    step->command.reason = dispute_step_text(ask->has_reason, ask->reason);
    step->command.assessment = &ask->assessment;
    dispute_step_begin(step);
}
