#include <inttypes.h>
#include <stdio.h>

#include "ops/operations.h"
#include "rules/content_check.h"
#include "rules/message_projection.h"
#include "rules/page_fit.h"
#include "rules/text_fold.h"
#include "store/search_store.h"

#define CURSOR_MAX 80

static void on_hits(void *ctx, enum status status, const struct search_hits *hits);

/* Digits, ended by this character (or the end); moves *at behind it. */
static bool read_number(const char **at, char end, uint64_t *out)
{
    uint64_t value = 0;
    const char *digit = *at;
    while (*digit >= '0' && *digit <= '9' && value < WIRE_ID_MAX / 10)
        value = value * 10 + (uint64_t)(*digit++ - '0');
    if (digit == *at || *digit != end)
        return false;
    *at = digit + 1;
    *out = value;
    return true;
}

/* "sent_at.room.seq" of the last hit; false: not one of ours. */
static bool read_cursor(struct wire_text text, struct search_query *query)
{
    char copy[CURSOR_MAX + 1];
    uint64_t sent_at = 0;
    if (text.len > CURSOR_MAX)
        return false;
    snprintf(copy, sizeof(copy), "%.*s", (int)text.len, text.data);
    const char *at = copy;
    if (!read_number(&at, '.', &sent_at) || !read_number(&at, '.', &query->before_room_id) ||
        !read_number(&at, '\0', &query->before_seq) || sent_at == 0)
        return false;
    query->before_sent_at = (int64_t)sent_at;
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
    char cursor[CURSOR_MAX + 1];
    page_fit_first(&page.messages, PAGE_FIT_BYTES);
    bool more = hits->more || page.messages.count < hits->messages.count;
    if (more && page.messages.count > 0) {
        const struct wire_message_view *last = &page.messages.items[page.messages.count - 1];
        snprintf(cursor, sizeof(cursor), "%" PRId64 ".%" PRIu64 ".%" PRIu64, last->sent_at,
                 last->room_id, last->seq);
        page.has_next_cursor = true;
        page.next_cursor = wire_text_of(cursor);
    }
    message_project_list(&page.messages, call->who->account_id);
    call_reply(call, WIRE_SEARCH_PAGE, &page);
}
