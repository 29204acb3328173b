#include "ops/dispute/dispute_step.h"
#include "ops/operations.h"
#include "rules/content_check.h"

static void on_known(void *ctx, enum status status, uint32_t state_version, bool media_free);

/* 1. The reporter writes: whether she sent it before. */
void op_dispute_add(struct call *call)
{
    const struct wire_dispute_add *ask = CALL_BODY(call, dispute_add);
    struct dispute_known known = {call->who->account_id, ask->client_key, {0}};
    if (ask->has_media_ids)
        known.media_ids = ask->media_ids;
    if (content_check_body(ask->body, known.media_ids.count) != STATUS_OK) {
        call_fail_field(call, STATUS_INVALID_FIELD, "body");
        return;
    }
    struct dispute_step *step = dispute_step_make(call, ask->dispute_id, 0, WIRE_DISPUTE_EVENT_ADD);
    step->writings[step->writing_count++] =
        (struct dispute_writing){DISPUTE_BY_REPORTER, ask->client_key, ask->body, known.media_ids};
    dispute_store_known(call->env->store, &known, on_known, step);
}

/* 2. What waited for her goes on. */
static void on_known(void *ctx, enum status status, uint32_t state_version, bool media_free)
{
    struct dispute_step *step = ctx;
    const struct wire_done done = {.has_state_version = true, .state_version = state_version};
    if (status != STATUS_OK)
        call_fail(step->call, status);
    else if (state_version != 0)
        call_reply(step->call, WIRE_DONE, &done);
    else if (!media_free)
        call_fail_field(step->call, STATUS_INVALID_FIELD, "media_ids");
    else
        dispute_step_begin(step);
}
