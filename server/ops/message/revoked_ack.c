#include "ops/operations.h"
#include "store/message_store.h"

/* Everything up to here is gone from this device. What it says of the future is not believed. */
void op_revoked_ack(struct call *call)
{
    uint64_t seq = CALL_BODY(call, revoked_ack)->revocation_seq;
    if (seq > call->env->revocation_head)
        seq = call->env->revocation_head;
    message_store_revocations_acked(call->env->store, call->who->login_session_id, seq);
    call_reply_done(call);
}
