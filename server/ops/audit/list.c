#include "ops/operations.h"
#include "rules/content_check.h"
#include "store/audit_store.h"

static void on_page(void *ctx, enum status status, const struct wire_audit_page *page);

static const char *empty_field(const struct wire_audit_list *ask)
{
    if (ask->has_actor_name && !content_has_substance(ask->actor_name))
        return "actor_name";
    if (ask->has_action && !content_has_substance(ask->action))
        return "action";
    if (ask->has_object && !content_has_substance(ask->object))
        return "object";
    if (ask->limit == 0)
        return "limit";
    return NULL;
}

/* 1. What was done; that it is read is entered by the same statement. */
void op_audit_list(struct call *call)
{
    const struct wire_audit_list *ask = CALL_BODY(call, audit_list);
    const char *field = empty_field(ask);
    if (field != NULL)
        call_fail_field(call, STATUS_INVALID_FIELD, field);
    else
        audit_store_list(call->env->store, call->who->account_id, ask, on_page, call);
}

/* 2. */
static void on_page(void *ctx, enum status status, const struct wire_audit_page *page)
{
    struct call *call = ctx;
    if (status != STATUS_OK)
        call_fail(call, status);
    else
        call_reply(call, WIRE_AUDIT_PAGE, page);
}
