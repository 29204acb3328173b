#include "ops/operations.h"
#include "ops/session/change.h"
#include "rules/content_check.h"
#include "store/account_store.h"

static void on_renamed(void *ctx, enum status status);

/* 1. A name that looks official is not for anybody to choose. */
void op_account_rename(struct call *call)
{
    struct wire_text name = CALL_BODY(call, account_rename)->display_name;
    if (content_check_display_name(name) != STATUS_OK)
        call_fail_field(call, STATUS_INVALID_FIELD, "display_name");
    else
        account_store_rename(call->env->store, call->who->account_id, name, on_renamed, call);
}

/* 2. Her sockets speak under it from now on. */
static void on_renamed(void *ctx, enum status status)
{
    struct call *call = ctx;
    if (status == STATUS_OK)
        session_reload_person(call->env, call->who->account_id);
    call_finish(call, status);
}
