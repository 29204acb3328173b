#include "ops/operations.h"
#include "store/account_store.h"

static void on_ended(void *ctx, enum status status);

/* 1. One device, or all others. Their sockets are closed by the notification that every node gets,
 * this one too. */
void op_account_logout(struct call *call)
{
    const struct wire_account_logout *body = CALL_BODY(call, account_logout);
    struct account_logout logout = {
        .account_id = call->who->account_id,
        .session_id = body->has_session_id ? body->session_id : 0,
        .keep_session_id = body->has_session_id ? 0 : call->who->login_session_id,
    };
    account_store_logout(call->env->store, &logout, on_ended, call);
}

/* 2. */
static void on_ended(void *ctx, enum status status)
{
    call_finish(ctx, status);
}
