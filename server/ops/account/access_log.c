#include "ops/operations.h"
#include "store/access_store.h"

static void on_entries(void *ctx, enum status status, const struct wire_list_access_entry *entries);

/* 1. Who read about her; the statement knows whom an object is about. */
void op_account_access_log(struct call *call)
{
    const struct wire_account_access_log *body = CALL_BODY(call, account_access_log);
    const struct access_query query = {
        .account_id = call->who->account_id,
        .before_seq = body->has_before_seq ? body->before_seq : 0,
        .limit = body->limit,
    };
    access_store_log(call->env->access, &query, on_entries, call);
}

/* 2. */
static void on_entries(void *ctx, enum status status, const struct wire_list_access_entry *entries)
{
    struct call *call = ctx;
    if (status != STATUS_OK) {
        call_fail(call, status);
        return;
    }
    const struct wire_account_access_page page = {*entries};
    call_reply(call, WIRE_ACCOUNT_ACCESS_PAGE, &page);
}
