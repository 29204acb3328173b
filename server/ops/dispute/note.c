#include "ops/dispute/dispute_step.h"
#include "ops/operations.h"
#include "rules/content_check.h"

static void on_known(void *ctx, enum status status, uint32_t state_version, bool media_free);

/* 1. Staff write, for the file or to the reporter: whether it was sent before. */
void op_dispute_note(struct call *call)
{
    const struct wire_dispute_note *ask = CALL_BODY(call, dispute_note);
    const struct dispute_known known = {call->who->account_id, ask->client_key, {0}};
    if (content_check_body(ask->body, 0) != STATUS_OK) {
        call_fail_field(call, STATUS_INVALID_FIELD, "body");
        return;
    }
    struct dispute_step *step =
        dispute_step_make(call, ask->dispute_id, 0, WIRE_DISPUTE_EVENT_NOTE);
    step->command.note_kind = ask->kind;
    step->writings[step->writing_count++] =
        (struct dispute_writing){(uint8_t)ask->kind, ask->client_key, ask->body, {0}};
    dispute_store_known(call->env->store, &known, on_known, step);
}

/* 2. */
static void on_known(void *ctx, enum status status, uint32_t state_version, bool media_free)
{
    struct dispute_step *step = ctx;
    const struct wire_done done = {.has_state_version = true, .state_version = state_version};
    (void)media_free;
    if (status != STATUS_OK)
        call_fail(step->call, status);
    else if (state_version != 0)
        call_reply(step->call, WIRE_DONE, &done);
    else
        dispute_step_begin(step);
}
