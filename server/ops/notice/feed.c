#include "ops/operations.h"
#include "store/notice_store.h"

static void on_notices(void *ctx, enum status status,
                       const struct wire_list_public_notice *notices);

/* 1. What everybody may know. */
void op_notice_feed(struct call *call)
{
    const struct wire_notice_feed *body = CALL_BODY(call, notice_feed);
    const struct wire_text all = {"", 0};
    notice_store_feed(call->env->store, body->has_community_code ? body->community_code : all,
                      on_notices, call);
}

/* 2. */
static void on_notices(void *ctx, enum status status, const struct wire_list_public_notice *notices)
{
    struct call *call = ctx;
    if (status != STATUS_OK) {
        call_fail(call, status);
        return;
    }
    const struct wire_notice_feed_page page = {*notices};
    call_reply(call, WIRE_NOTICE_FEED_PAGE, &page);
}
