#include "ops/operations.h"
#include "rules/message_projection.h"
#include "rules/page_fit.h"
#include "store/message_store.h"

static void on_page(void *ctx, enum status status, const struct message_run *run);

static void ask(struct call *call)
{
    const struct wire_message_history *body = CALL_BODY(call, message_history);
    struct message_page_query query = {
        .room_id = body->room_id,
        .viewer_id = call->who->account_id,
        .before_seq = body->has_before_seq ? body->before_seq : 0,
        .after_seq = body->has_after_seq ? body->after_seq : 0,
        .around_seq = body->has_around_seq ? body->around_seq : 0,
        .limit = body->limit,
    };
    call->journal = call->env->revocation_head;
    message_store_page(call->env->store, &query, on_page, call);
}

/* 1. At most one of the three says where. */
void op_message_history(struct call *call)
{
    const struct wire_message_history *body = CALL_BODY(call, message_history);
    if (body->has_before_seq + body->has_after_seq + body->has_around_seq > 1) {
        call_fail_field(call, STATUS_INVALID_FIELD, "before_seq");
        return;
    }
    if (body->limit == 0) {
        call_fail_field(call, STATUS_INVALID_FIELD, "limit");
        return;
    }
    ask(call);
}

/* Long texts make a shorter page, cut where the next one will go on. */
static void fit(const struct wire_message_history *body, struct wire_list_message_view *views)
{
    if (body->has_around_seq)
        page_fit_around(views, body->around_seq, PAGE_FIT_BYTES);
    else if (body->has_after_seq)
        page_fit_first(views, PAGE_FIT_BYTES);
    else
        page_fit_last(views, PAGE_FIT_BYTES);
}

/* 2. As she may see it. */
static void on_page(void *ctx, enum status status, const struct message_run *run)
{
    struct call *call = ctx;
    if (status != STATUS_OK) {
        call_fail(call, status);
        return;
    }
    if (call->journal != call->env->revocation_head && !call->answered) {
        ask(call); /* she was told of take-downs meanwhile: what was read may be older than that */
        return;
    }
    struct wire_message_page page = {
        .room_id = call->scope_id,
        .messages = run->messages,
        .first_seq = run->first_seq,
        .head_seq = run->head_seq,
    };
    fit(CALL_BODY(call, message_history), &page.messages);
    message_project_list(&page.messages, call->who->account_id);
    call_reply(call, WIRE_MESSAGE_PAGE, &page);
}
