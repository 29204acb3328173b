#include "ops/operations.h"
#include "ops/revocation_feed.h"
#include "store/message_store.h"

static void on_recalled(void *ctx, enum status status, const struct message_revoked *revoked);

/* 1. The statement demands that it is her own and not too old. */
void op_message_recall(struct call *call)
{
    const struct wire_message_recall *body = CALL_BODY(call, message_recall);
    struct message_recall recall = {{body->room_id, body->seq},
                                    call->who->account_id,
                                    call->env->settings->recall_ms};
    message_store_recall(call->env->store, &recall, on_recalled, call);
}

/* 2. The journal has it: everyone is told from there. */
static void on_recalled(void *ctx, enum status status, const struct message_revoked *revoked)
{
    struct call *call = ctx;
    (void)revoked;
    if (status == STATUS_OK)
        revocation_feed_read(call->env);
    call_finish(call, status);
}
