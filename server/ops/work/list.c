#include "hub/hub.h"
#include "ops/operations.h"
#include "ops/work/work_feed.h"
#include "rules/page_cursor.h"
#include "store/work_store.h"

struct listing {
    struct call *call;
    uint64_t mark; /* of the feed, before the page was read */
};

static void on_rows(void *ctx, enum status status, const struct work_row *rows, uint32_t count,
                    bool more);

/* Where the page before ended; false: not one of our cursors. */
static bool read_place(struct wire_text text, struct work_place *out)
{
    uint64_t numbers[4];
    if (!page_cursor_read(text, numbers, ARRAY_LEN(numbers)) || numbers[0] > WORK_NEVER_MS ||
        numbers[1] > WIRE_WORK_URGENCY_MAX || numbers[2] > WIRE_WORK_KIND_MAX)
        return false;
    *out = (struct work_place){(int64_t)numbers[0], (uint32_t)numbers[1], (uint32_t)numbers[2],
                               numbers[3]};
    return true;
}

/* 1. What is asked for. */
void op_work_list(struct call *call)
{
    const struct wire_work_list *body = CALL_BODY(call, work_list);
    struct work_query query = {
        .account_id = call->who->account_id,
        .mine = body->has_mine && body->mine,
        .limit = body->limit,
    };
    if (body->has_kinds)
        query.kinds = body->kinds;
    if (body->has_urgencies)
        query.urgencies = body->urgencies;
    if (body->has_cursor && !read_place(body->cursor, &query.after)) {
        call_fail_field(call, STATUS_INVALID_FIELD, "cursor");
        return;
    }
    if (body->limit == 0) {
        call_fail_field(call, STATUS_INVALID_FIELD, "limit");
        return;
    }
    struct listing *listing = arena_alloc(&call->arena, sizeof(*listing));
    *listing = (struct listing){call, work_feed_mark(call->env)};
    work_store_list(call->env->store, &query, on_rows, listing);
}

static void fill_page(const struct call *call, const struct work_row *rows, uint32_t count,
                      struct wire_work_page *page)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct work_record *record = &rows[i].record;
        if (work_is_shown(record, call->who, rows[i].part, call->now_ms))
            work_project(record, work_part_of(record, call->who->account_id, rows[i].part),
                         &page->items.items[page->items.count++]);
    }
}

/* 2. As she may see it; from now on she is kept up to date about these. */
static void on_rows(void *ctx, enum status status, const struct work_row *rows, uint32_t count,
                    bool more)
{
    struct listing listing = *(struct listing *)ctx;
    struct call *call = listing.call;
    struct wire_work_view views[WORK_PAGE_MAX];
    struct work_key keys[WORK_PAGE_MAX];
    struct wire_work_page page = {.items = {0, views}};
    char cursor[PAGE_CURSOR_MAX + 1];
    if (status != STATUS_OK) {
        call_fail(call, status);
        return;
    }
    fill_page(call, rows, count, &page);
    for (uint32_t i = 0; i < page.items.count; i++)
        keys[i] = (struct work_key){views[i].work_kind, views[i].entity_id};
    if (more) {
        const struct work_place *last = &rows[count - 1].place;
        const uint64_t numbers[] = {(uint64_t)last->due_at, last->urgency, last->kind,
                                    last->entity_id};
        page_cursor_write(cursor, numbers, ARRAY_LEN(numbers));
        page.has_next_cursor = true;
        page.next_cursor = wire_text_of(cursor);
    }
    struct ops_env *env = call->env;
    uint64_t session_id = call->origin_id;
    call_reply(call, WIRE_WORK_PAGE, &page);
    work_feed_shown(env, hub_find_session(env->hub, session_id), keys, page.items.count,
                    listing.mark);
}
