#include "ops/dispute/dispute_step.h"
#include "ops/operations.h"

/* D25: more pressing than its colour says. */
void op_dispute_raise(struct call *call)
{
    const struct wire_dispute_raise *ask = CALL_BODY(call, dispute_raise);
    if (ask->reason.len == 0) {
        call_fail_field(call, STATUS_INVALID_FIELD, "reason");
        return;
    }
    struct dispute_step *step =
        dispute_step_make(call, ask->dispute_id, ask->expected_version, WIRE_DISPUTE_EVENT_COLOUR);
    step->command.reason = ask->reason;
    step->command.colour = ask->colour;
    for (uint32_t i = 0; ask->has_signs && i < ask->signs.count; i++)
        step->command.signs |= 1u << ask->signs.items[i];
    dispute_step_begin(step);
}
