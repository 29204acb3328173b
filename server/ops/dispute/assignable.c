#include "ops/operations.h"
#include "store/dispute_choice.h"

static void on_people(void *ctx, enum status status,
                      const struct wire_dispute_assignable_page *page);

/* 1. Who can be given it. */
void op_dispute_assignable(struct call *call)
{
    dispute_choice_assignable(call->env->store, CALL_BODY(call, dispute_assignable), on_people,
                              call);
}

/* 2. */
static void on_people(void *ctx, enum status status,
                      const struct wire_dispute_assignable_page *page)
{
    struct call *call = ctx;
    if (status != STATUS_OK)
        call_fail(call, status);
    else
        call_reply(call, WIRE_DISPUTE_ASSIGNABLE_PAGE, page);
}
