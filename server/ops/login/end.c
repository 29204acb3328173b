#include "ops/login/login_part.h"
#include "ops/operations.h"

static void on_ended(void *ctx, enum status status);

/* 1. The session ends in the database; its trigger tells every node to close the sockets. */
void op_login_end(struct call *call)
{
    login_store_end(call->env->store, call->who->account_id, call->who->login_session_id, on_ended,
                    call);
}

/* 2. Ended by somebody else meanwhile is ended, too. */
static void on_ended(void *ctx, enum status status)
{
    call_finish(ctx, status == STATUS_NOT_FOUND ? STATUS_OK : status);
}
