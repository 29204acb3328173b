#include "ops/session/backlog.h"

#include <string.h>

#include "base/log.h"
#include "hub/frame_encode.h"
#include "hub/hub.h"
#include "ops/session/presence.h"
#include "rules/message_projection.h"
#include "rules/page_fit.h"
#include "store/message_store.h"

/* A page on its way. Owned by whoever waits for it. */
struct page {
    struct ops_env *env;
    uint64_t session_id;
    struct backlog_item asked;
};

void backlog_deinit(struct backlog *backlog)
{
    mem_free(backlog->items);
    *backlog = (struct backlog){0};
}

void backlog_add(struct session *session, uint64_t room_id, uint64_t from_seq, uint64_t to_seq)
{
    struct backlog *backlog = &presence_of(session)->backlog;
    struct backlog_item item = {room_id, from_seq, to_seq, to_seq};
    for (uint32_t i = 0; i < backlog->count; i++)
        if (backlog->items[i].room_id == room_id) {
            backlog->items[i] = item;
            return;
        }
    backlog->items = mem_grow(backlog->items, backlog->count + 1, sizeof(item));
    backlog->items[backlog->count++] = item;
}

static void remove_first(struct backlog *backlog)
{
    backlog->count--;
    memmove(&backlog->items[0], &backlog->items[1], backlog->count * sizeof(backlog->items[0]));
    if (backlog->count == 0)
        backlog_deinit(backlog);
}

/* The first room was read to its end: it goes live, unless too much was kept back meanwhile. */
static void finish_first(struct ops_env *env, struct session *session, struct backlog *backlog)
{
    struct backlog_item *item = &backlog->items[0];
    struct room *room = room_find(env->hub, item->room_id);
    if (room == NULL || !room_has(room, session)) {
        remove_first(backlog); /* she left it */
        return;
    }
    while (room_release(room, session, item->to_seq) == STATUS_AGAIN) {
        uint64_t head = room_head(room);
        if (head != ROOM_HEAD_UNKNOWN && head > item->to_seq) {
            item->next_seq = item->to_seq + 1;
            item->to_seq = head;
            return;
        }
    }
    remove_first(backlog);
}

static void on_page(void *ctx, enum status status, const struct message_run *run);

void backlog_continue(struct ops_env *env, struct session *session)
{
    struct presence *presence = presence_of(session);
    struct backlog *backlog = &presence->backlog;
    while (backlog->count > 0 && !backlog->reading && !session_is_behind(session)) {
        struct backlog_item *item = &backlog->items[0];
        if (item->next_seq > item->to_seq) {
            finish_first(env, session, backlog);
            continue;
        }
        struct page *page = mem_alloc(sizeof(*page));
        *page = (struct page){env, session->id, *item};
        struct message_range_query query = {item->room_id, presence->who->account_id,
                                            item->next_seq, item->to_seq};
        backlog->reading = true;
        message_store_range(env->store, &query, on_page, page);
    }
}

/* Gives the last seq that was sent. */
static uint64_t push_page(struct session *session, const struct backlog_item *item,
                          const struct message_run *run)
{
    struct wire_room_backlog event = {
        .room_id = item->room_id, .messages = run->messages, .head_seq = item->head_seq};
    page_fit_first(&event.messages, PAGE_FIT_BYTES);
    message_project_list(&event.messages, presence_of(session)->who->account_id);
    session_push_take(session, frame_encode(WIRE_ROOM_BACKLOG, 0, &event), LANE_NORMAL);
    return event.messages.items[event.messages.count - 1].seq;
}

/* The page is there, if it is still the one that is wanted. */
static void take_page(struct session *session, const struct page *page,
                      const struct message_run *run)
{
    struct backlog *backlog = &presence_of(session)->backlog;
    if (backlog->count == 0 || backlog->items[0].room_id != page->asked.room_id ||
        backlog->items[0].next_seq != page->asked.next_seq)
        return; /* begun anew meanwhile, or left */
    struct backlog_item *item = &backlog->items[0];
    if (run->messages.count == 0) {
        item->next_seq = item->to_seq + 1; /* purged meanwhile: first_seq says so */
        return;
    }
    item->next_seq = push_page(session, item, run) + 1;
}

static void on_page(void *ctx, enum status status, const struct message_run *run)
{
    struct page page = *(struct page *)ctx;
    mem_free(ctx);
    struct session *session = hub_find_session(page.env->hub, page.session_id);
    if (presence_of(session) == NULL)
        return;
    presence_of(session)->backlog.reading = false;
    if (status != STATUS_OK) {
        /* Never a silent hole: the client comes back and resumes from what it holds. */
        log_info("ops.backlog_broken", "status=%s", status_name(status));
        session_close(session, WIRE_CLOSE_REASON_GOING_AWAY, 2000);
        return;
    }
    take_page(session, &page, run);
    backlog_continue(page.env, session);
}
