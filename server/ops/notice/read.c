#include "ops/operations.h"
#include "store/notice_store.h"

static void on_notice(void *ctx, enum status status, const struct wire_list_public_notice *notices);

/* 1. One that everybody may read. */
void op_notice_read(struct call *call)
{
    const struct wire_notice_read *body = CALL_BODY(call, notice_read);
    notice_store_read(call->env->store, body->notice_id, on_notice, call);
}

/* 2. Unknown, not yet published, an exercise: the same answer. */
static void on_notice(void *ctx, enum status status, const struct wire_list_public_notice *notices)
{
    struct call *call = ctx;
    if (status == STATUS_OK && notices->count == 0)
        status = STATUS_NOT_FOUND;
    if (status != STATUS_OK) {
        call_fail(call, status);
        return;
    }
    const struct wire_notice_feed_page page = {*notices};
    call_reply(call, WIRE_NOTICE_FEED_PAGE, &page);
}
