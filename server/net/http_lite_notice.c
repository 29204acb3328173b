#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/http_api.h"
#include "net/http_lite.h"
#include "wire/cap_write.h"

#define SHOWN_MAX     12 /* of the notices in force: the page stays small */
#define ID_DIGITS_MAX 16

/* L2. What is no number is no notice. */
void http_lite_begin_notice(struct http_exchange *exchange)
{
    const char *digits = exchange->match.params[0];
    size_t len = strlen(digits);
    uint64_t id = len <= ID_DIGITS_MAX && strspn(digits, "0123456789") == len
                      ? strtoull(digits, NULL, 10)
                      : 0;
    if (id == 0 || id > WIRE_ID_MAX) {
        http_lite_missing(exchange);
        return;
    }
    struct wire_notice_read *body = arena_alloc(&exchange->arena, sizeof(*body));
    body->notice_id = id;
    exchange->body = body;
    http_api_proceed(exchange);
}

static enum lite_slot state_slot(const struct wire_public_notice *notice)
{
    switch (notice->state) {
    case WIRE_NOTICE_STATE_UPDATED:
        return LITE_SLOT_UPDATED;
    case WIRE_NOTICE_STATE_WITHDRAWN:
        return LITE_SLOT_WITHDRAWN;
    case WIRE_NOTICE_STATE_EXPIRED:
        return LITE_SLOT_EXPIRED;
    default:
        return LITE_SLOT_CURRENT;
    }
}

void http_lite_answer_notice(struct http_exchange *exchange, const struct ops_http_answer *answer)
{
    const struct wire_notice_feed_page *page = answer->body;
    if (answer->status != STATUS_OK || page->notices.count != 1) {
        http_lite_fail(exchange, answer);
        return;
    }
    const struct wire_public_notice *notice = &page->notices.items[0];
    enum lite_language language = http_lite_language(exchange);
    char published[LITE_TIME_BYTES];
    char changed[LITE_TIME_BYTES];
    struct lite_values values = {0};
    values.slots[LITE_SLOT_TITLE] = notice->title;
    values.slots[LITE_SLOT_BODY] = notice->body;
    values.slots[LITE_SLOT_ADVICE] = notice->advice;
    values.slots[LITE_SLOT_HOTLINE] = notice->hotline;
    http_lite_set(&values, LITE_SLOT_PUBLISHED,
                  lite_page_time(notice->published_at, language, published));
    http_lite_set(&values, LITE_SLOT_CHANGED,
                  lite_page_time(notice->changed_at, language, changed));
    http_lite_set(&values, state_slot(notice), "1");
    http_lite_reply(exchange, &(struct lite_answer){.page = LITE_PAGE_NOTICE,
                                                    .values = &values,
                                                    .cache_control = "no-cache"});
}

/* L7: of all halls, because nobody says which one she is of. */
void http_lite_begin_home(struct http_exchange *exchange)
{
    exchange->body = arena_alloc(&exchange->arena, sizeof(struct wire_notice_feed));
    http_api_proceed(exchange);
}

struct home_item {
    char id[24];
    char published[LITE_TIME_BYTES];
};

void http_lite_answer_home(struct http_exchange *exchange, const struct ops_http_answer *answer)
{
    const struct wire_notice_feed_page *page = answer->body;
    enum lite_language language = http_lite_language(exchange);
    char joined[4];
    struct home_item texts[SHOWN_MAX];
    struct lite_values items[SHOWN_MAX] = {0};
    struct lite_values values = {.items = items};
    uint32_t count = answer->status == STATUS_OK ? page->notices.count : 0;
    for (uint32_t i = 0; i < count && values.item_count < SHOWN_MAX; i++) {
        const struct wire_public_notice *notice = &page->notices.items[i];
        struct home_item *text = &texts[values.item_count];
        struct lite_values *item = &items[values.item_count];
        if (cap_notice_has_ended(notice))
            continue;
        snprintf(text->id, sizeof(text->id), "%" PRIu64, notice->notice_id);
        item->slots[LITE_SLOT_TITLE] = notice->title;
        http_lite_set(item, LITE_SLOT_ID, text->id);
        http_lite_set(item, LITE_SLOT_PUBLISHED,
                      lite_page_time(notice->published_at, language, text->published));
        values.item_count++;
    }
    enum lite_slot said = values.item_count > 0 ? LITE_SLOT_SOME : LITE_SLOT_NONE;
    /* Without the database the telephone numbers are still there. */
    http_lite_set(&values, answer->status == STATUS_OK ? said : LITE_SLOT_BUSY, "1");
    if (http_parameter(exchange->request->query, "joined", joined, sizeof(joined)))
        http_lite_set(&values, LITE_SLOT_JOINED, "1");
    http_lite_reply(exchange, &(struct lite_answer){.page = LITE_PAGE_LITE,
                                                    .values = &values,
                                                    .cache_control = "no-cache"});
}
