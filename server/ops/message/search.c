#include "ops/operations.h"
#include "rules/content_check.h"
#include "rules/message_projection.h"
#include "rules/page_cursor.h"
#include "rules/page_fit.h"
#include "rules/text_fold.h"
#include "store/search_store.h"

static void on_hits(void *ctx, enum status status, const struct search_hits *hits);

/* "sent_at.room.seq" of the last hit; false: not one of ours. */
static bool read_cursor(struct wire_text text, struct search_query *query)
{
    uint64_t numbers[3];
    if (!page_cursor_read(text, numbers, ARRAY_LEN(numbers)) || numbers[0] == 0)
        return false;
    query->before_sent_at = (int64_t)numbers[0];
    query->before_room_id = numbers[1];
    query->before_seq = numbers[2];
    return true;
}

/* Folded as the texts were folded. */
static struct search_query query_of(struct call *call)
{
    const struct wire_message_search *body = CALL_BODY(call, message_search);
    return (struct search_query){
        .account_id = call->who->account_id,
        .room_id = body->has_room_id ? body->room_id : 0,
        .folded = text_fold(body->text, &call->arena),
        .limit = body->limit,
    };
}

/* 1. Look for it in her rooms. */
void op_message_search(struct call *call)
{
    const struct wire_message_search *body = CALL_BODY(call, message_search);
    struct search_query query = query_of(call);
    call->journal = call->env->revocation_head;
    if (!content_has_substance(body->text))
        call_fail_field(call, STATUS_INVALID_FIELD, "text");
    else if (body->limit == 0)
        call_fail_field(call, STATUS_INVALID_FIELD, "limit");
    else if (body->has_cursor && !read_cursor(body->cursor, &query))
        call_fail_field(call, STATUS_INVALID_FIELD, "cursor");
    else
        search_store_find(call->env->store, &query, on_hits, call);
}

/* 2. Newest first; the last one is where the next page begins. */
static void on_hits(void *ctx, enum status status, const struct search_hits *hits)
{
    struct call *call = ctx;
    if (status != STATUS_OK) {
        call_fail(call, status);
        return;
    }
    if (call->journal != call->env->revocation_head && !call->answered) {
        op_message_search(call); /* take-downs meanwhile: what was found may be older than that */
        return;
    }
    struct wire_search_page page = {.messages = hits->messages};
    char cursor[PAGE_CURSOR_MAX + 1];
    page_fit_first(&page.messages, PAGE_FIT_BYTES);
    bool more = hits->more || page.messages.count < hits->messages.count;
    if (more && page.messages.count > 0) {
        const struct wire_message_view *last = &page.messages.items[page.messages.count - 1];
        const uint64_t numbers[] = {(uint64_t)last->sent_at, last->room_id, last->seq};
        page_cursor_write(cursor, numbers, ARRAY_LEN(numbers));
        page.has_next_cursor = true;
        page.next_cursor = wire_text_of(cursor);
    }
    message_project_list(&page.messages, call->who->account_id);
    call_reply(call, WIRE_SEARCH_PAGE, &page);
}
