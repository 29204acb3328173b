#include "ops/operations.h"
#include "store/audit_store.h"

static void on_state(void *ctx, enum status status, const struct wire_audit_state *state);

/* 1. The next part of the chain, computed anew. Nothing of what stands in it is shown. */
void op_audit_verify(struct call *call)
{
    audit_store_verify(call->env->store, CALL_BODY(call, audit_verify)->after_seq, on_state, call);
}

/* 2. */
static void on_state(void *ctx, enum status status, const struct wire_audit_state *state)
{
    struct call *call = ctx;
    if (status != STATUS_OK)
        call_fail(call, status);
    else
        call_reply(call, WIRE_AUDIT_STATE, state);
}
