#include "ops/operations.h"
#include "store/revocation_store.h"

static void on_acked(void *ctx, enum status status);

/* 1. Everything up to here is gone from this device. What it says of the future is not believed. */
void op_revoked_ack(struct call *call)
{
    struct revocation_ack ack = {call->who->login_session_id,
                                 CALL_BODY(call, revoked_ack)->revocation_seq};
    if (ack.revocation_seq > call->env->revocation_head)
        ack.revocation_seq = call->env->revocation_head;
    revocation_store_acked(call->env->store, &ack, on_acked, call);
}

/* 2. */
static void on_acked(void *ctx, enum status status)
{
    call_finish(ctx, status);
}
