#include "ops/operations.h"
#include "store/dispute_choice.h"

static void on_disputes(void *ctx, enum status status, const struct wire_dispute_alike_page *page);

/* 1. What it could be merged into. */
void op_dispute_alike(struct call *call)
{
    dispute_choice_alike(call->env->store, CALL_BODY(call, dispute_alike), on_disputes, call);
}

/* 2. */
static void on_disputes(void *ctx, enum status status, const struct wire_dispute_alike_page *page)
{
    struct call *call = ctx;
    if (status != STATUS_OK)
        call_fail(call, status);
    else
        call_reply(call, WIRE_DISPUTE_ALIKE_PAGE, page);
}
