#include "ops/dispute/dispute_step.h"
#include "ops/operations.h"

/* D7: the lead begins; who is not the lead cannot. */
void op_dispute_start(struct call *call)
{
    const struct wire_dispute_start *ask = CALL_BODY(call, dispute_start);
    struct dispute_step *step =
        dispute_step_make(call, ask->dispute_id, ask->expected_version, WIRE_DISPUTE_EVENT_START);
    step->command.reason = dispute_step_text(ask->has_reason, ask->reason);
    step->command.party_consents = ask->party_consents;
    step->command.guardian_present = ask->has_guardian_present && ask->guardian_present;
    dispute_step_begin(step);
}
