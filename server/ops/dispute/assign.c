#include "ops/dispute/dispute_step.h"
#include "ops/operations.h"

static void on_checked(void *ctx, enum status status, bool available, bool is_party);

/* 1. D6: whether these people can be given it. */
void op_dispute_assign(struct call *call)
{
    const struct wire_dispute_assign *ask = CALL_BODY(call, dispute_assign);
    struct dispute_step *step =
        dispute_step_make(call, ask->dispute_id, ask->expected_version, WIRE_DISPUTE_EVENT_ASSIGN);
    step->command.lead_id = ask->lead_id;
    step->command.panel_ids = ask->panel_ids.items;
    step->command.panel_count = ask->has_panel_ids ? ask->panel_ids.count : 0;
    step->command.reason = dispute_step_text(ask->has_reason, ask->reason);
    dispute_store_check_lead(call->env->store, ask, on_checked, step);
}

/* 2. Who does not work there, and who reported it, cannot. */
static void on_checked(void *ctx, enum status status, bool available, bool is_party)
{
    struct dispute_step *step = ctx;
    if (status != STATUS_OK) {
        call_fail(step->call, status);
        return;
    }
    if (!available || is_party) {
        call_fail_field(step->call, STATUS_INVALID_FIELD, "lead_id");
        return;
    }
    step->command.lead_available = available;
    step->command.lead_is_party = is_party;
    dispute_step_begin(step);
}
