#include "ops/dispute/dispute_step.h"
#include "ops/operations.h"

static void on_checked(void *ctx, enum status status, bool same, bool is_open);

/* 1. D2: whether they can be one quarrel. */
void op_dispute_merge(struct call *call)
{
    const struct wire_dispute_merge *ask = CALL_BODY(call, dispute_merge);
    struct dispute_step *step =
        dispute_step_make(call, ask->dispute_id, ask->expected_version, WIRE_DISPUTE_EVENT_MERGE);
    step->command.merged_into = ask->into_id;
    step->command.reason = dispute_step_text(ask->has_reason, ask->reason);
    dispute_store_check_same(call->env->store, ask, on_checked, step);
}

/* 2. */
static void on_checked(void *ctx, enum status status, bool same, bool is_open)
{
    struct dispute_step *step = ctx;
    if (status == STATUS_NOT_FOUND) {
        call_fail_field(step->call, STATUS_INVALID_FIELD, "into_id");
        return;
    }
    if (status != STATUS_OK) {
        call_fail(step->call, status);
        return;
    }
    step->command.same_quarrel = same;
    step->command.target_open = is_open;
    dispute_step_begin(step);
}
