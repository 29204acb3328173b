#include "ops/login/login_env.h"
#include "ops/operations.h"
#include "store/export_store.h"

static void on_page(void *ctx, enum status status, const struct wire_account_export_page *page);

/* 1. What is kept of her and of nobody else; the statement and the policies both say so. */
void op_account_export(struct call *call)
{
    const struct wire_account_export *body = CALL_BODY(call, account_export);
    const struct export_query query = {
        .account_id = call->who->account_id,
        .section = body->section,
        .after_id = body->has_after_id ? body->after_id : 0,
        .after_seq = body->has_after_seq ? body->after_seq : 0,
        .ring = login_env_ring(call->env->login),
    };
    export_store_page(call->env->store, &query, on_page, call);
}

/* 2. */
static void on_page(void *ctx, enum status status, const struct wire_account_export_page *page)
{
    struct call *call = ctx;
    if (status != STATUS_OK)
        call_fail(call, status);
    else
        call_reply(call, WIRE_ACCOUNT_EXPORT_PAGE, page);
}
