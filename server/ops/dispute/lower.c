#include "base/clock.h"
#include "ops/dispute/dispute_step.h"
#include "ops/operations.h"

struct proposing {
    struct call *call; /* lives until its answer */
    int64_t expires_at;
};

static void on_loaded(void *ctx, enum status status, struct arena *arena,
                      const struct dispute_loaded *loaded, uint32_t count);
static void on_proposed(void *ctx, enum status status, uint64_t proposal_id);

/* 1. D25, downwards: a leader's word counts at once. */
void op_dispute_lower(struct call *call)
{
    const struct wire_dispute_lower *ask = CALL_BODY(call, dispute_lower);
    if (ask->reason.len == 0) {
        call_fail_field(call, STATUS_INVALID_FIELD, "reason");
        return;
    }
    if (call->role == WIRE_ROLE_STATION_LEADER) {
        struct dispute_step *step = dispute_step_make(call, ask->dispute_id, ask->expected_version,
                                                      WIRE_DISPUTE_EVENT_COLOUR);
        step->reply = WIRE_DISPUTE_PROPOSED;
        step->command.colour = ask->colour;
        step->command.is_approved = true;
        step->command.reason = ask->reason;
        dispute_step_begin(step);
        return;
    }
    const struct wire_list_id ids = {.items = &call->scope_id, .count = 1};
    dispute_store_load(call->env->store, &ids, on_loaded, call);
}

/* 2. An officer's waits for a second one, as long as the station says. */
static void on_loaded(void *ctx, enum status status, struct arena *arena,
                      const struct dispute_loaded *loaded, uint32_t count)
{
    struct call *call = ctx;
    const struct wire_dispute_lower *ask = CALL_BODY(call, dispute_lower);
    (void)arena;
    if (status == STATUS_OK && count == 0)
        status = STATUS_NOT_FOUND;
    if (status != STATUS_OK) {
        call_fail(call, status);
        return;
    }
    struct proposing *proposing = arena_alloc(&call->arena, sizeof(*proposing));
    proposing->call = call;
    proposing->expires_at = clock_wall_ms() + loaded->record.policy.proposal_ms;
    const struct dispute_proposing proposal = {
        .dispute_id = ask->dispute_id,
        .seen_version = ask->expected_version,
        .colour = ask->colour,
        .reason = ask->reason,
        .proposed_by = call->who->account_id,
        .role = call->role,
        .expires_at = proposing->expires_at,
    };
    dispute_store_propose(call->env->store, &proposal, on_proposed, proposing);
}

/* 3. */
static void on_proposed(void *ctx, enum status status, uint64_t proposal_id)
{
    struct proposing *proposing = ctx;
    if (status != STATUS_OK) {
        call_fail(proposing->call, status);
        return;
    }
    const struct wire_dispute_proposed proposed = {
        .has_proposal_id = true,
        .proposal_id = proposal_id,
        .has_expires_at = true,
        .expires_at = proposing->expires_at,
    };
    call_reply(proposing->call, WIRE_DISPUTE_PROPOSED, &proposed);
}
