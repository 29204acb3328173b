#include "ops/operations.h"
#include "store/work_store.h"

static void on_counted(void *ctx, enum status status, const struct wire_list_work_count *counts);

/* 1. The statement counts what she may see. */
void op_work_counts(struct call *call)
{
    work_store_counts(call->env->store, call->who->account_id, on_counted, call);
}

/* 2. */
static void on_counted(void *ctx, enum status status, const struct wire_list_work_count *counts)
{
    struct call *call = ctx;
    if (status != STATUS_OK) {
        call_fail(call, status);
        return;
    }
    const struct wire_work_counted body = {.counts = *counts};
    call_reply(call, WIRE_WORK_COUNTED, &body);
}
