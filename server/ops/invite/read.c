#include "ops/operations.h"
#include "store/invite_store.h"

static void on_invite(void *ctx, enum status status, const struct wire_invite_shown *shown);

/* 1. What hangs in the stairwell may be looked at; too often from one address is stopped before. */
void op_invite_read(struct call *call)
{
    const struct wire_invite_read *body = CALL_BODY(call, invite_read);
    invite_store_read(call->env->store, body->code, on_invite, call);
}

/* 2. */
static void on_invite(void *ctx, enum status status, const struct wire_invite_shown *shown)
{
    struct call *call = ctx;
    if (status != STATUS_OK)
        call_fail(call, status);
    else
        call_reply(call, WIRE_INVITE_SHOWN, shown);
}
