#include <string.h>

#include "ops/dispute/dispute_step.h"
#include "ops/operations.h"

static void on_proposal(void *ctx, enum status status,
                        const struct wire_dispute_proposal *proposal);

/* 1. What waits for a second person. */
void op_dispute_approve(struct call *call)
{
    const struct wire_dispute_approve *ask = CALL_BODY(call, dispute_approve);
    dispute_store_proposal(call->env->store, ask->dispute_id, on_proposal, call);
}

/* 2. It must be this one and somebody else's; the statement looks once more. */
static void on_proposal(void *ctx, enum status status, const struct wire_dispute_proposal *proposal)
{
    struct call *call = ctx;
    const struct wire_dispute_approve *ask = CALL_BODY(call, dispute_approve);
    if (status == STATUS_OK && (proposal->proposal_id != ask->proposal_id ||
                                proposal->proposed_by == call->who->account_id))
        status = STATUS_CONFLICT;
    if (status == STATUS_NOT_FOUND) /* too late, or decided already */
        status = STATUS_CONFLICT;
    if (status != STATUS_OK) {
        call_fail(call, status);
        return;
    }
    struct dispute_step *step =
        dispute_step_make(call, ask->dispute_id, ask->expected_version, WIRE_DISPUTE_EVENT_COLOUR);
    char *reason = arena_alloc(&call->arena, proposal->reason.len + 1);
    memcpy(reason, proposal->reason.data, proposal->reason.len);
    step->proposal_id = ask->proposal_id;
    step->command.colour = proposal->colour;
    step->command.is_approved = true;
    step->command.reason = (struct wire_text){reason, proposal->reason.len};
    dispute_step_begin(step);
}
