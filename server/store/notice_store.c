#include "store/notice_store.h"

#include "base/mem.h"

enum {
    FEED_ID,
    FEED_VERSION,
    FEED_STATE,
    FEED_SCAM_TYPE,
    FEED_LEVEL,
    FEED_TITLE,
    FEED_BODY,
    FEED_ADVICE,
    FEED_HOTLINE,
    FEED_PUBLISHED_AT,
    FEED_CHANGED_AT,
    FEED_EXPIRES_AT,
    FEED_COMMUNITY_CODE,
    FEED_COMMUNITY_NAME,
};

struct feed_wait {
    notice_feed_fn fn;
    void *ctx;
};

static void read_notice(const struct store_rows *rows, int row, struct wire_public_notice *notice)
{
    *notice = (struct wire_public_notice){
        .notice_id = rows_id(rows, row, FEED_ID),
        .notice_version = (uint32_t)rows_int(rows, row, FEED_VERSION),
        .state = (enum wire_notice_state)rows_int(rows, row, FEED_STATE),
        .scam_type = (enum wire_scam_type)rows_int(rows, row, FEED_SCAM_TYPE),
        .level = (enum wire_alert_level)rows_int(rows, row, FEED_LEVEL),
        .title = rows_text(rows, row, FEED_TITLE),
        .body = rows_text(rows, row, FEED_BODY),
        .advice = rows_text(rows, row, FEED_ADVICE),
        .hotline = rows_text(rows, row, FEED_HOTLINE),
        .published_at = rows_time(rows, row, FEED_PUBLISHED_AT),
        .changed_at = rows_time(rows, row, FEED_CHANGED_AT),
        .expires_at = rows_time(rows, row, FEED_EXPIRES_AT),
        .community_code = rows_text(rows, row, FEED_COMMUNITY_CODE),
        .community_name = rows_text(rows, row, FEED_COMMUNITY_NAME),
    };
}

static void on_feed(void *ctx, enum status status, const struct store_rows *rows)
{
    struct feed_wait *wait = ctx;
    struct wire_public_notice items[NOTICE_FEED_MAX];
    struct wire_list_public_notice notices = {0, items};
    for (int row = 0; status == STATUS_OK && row < rows->count && row < NOTICE_FEED_MAX; row++)
        read_notice(rows, row, &items[notices.count++]);
    wait->fn(wait->ctx, status, status == STATUS_OK ? &notices : NULL);
    mem_free(wait);
}

void notice_store_read(struct store *store, uint64_t notice_id, notice_feed_fn fn, void *ctx)
{
    struct feed_wait *wait = mem_alloc(sizeof(*wait));
    struct store_args args = {0};
    *wait = (struct feed_wait){fn, ctx};
    args_id(&args, notice_id);
    store_read(store, SQL_NOTICE_READ, &args, on_feed, wait);
}

void notice_store_feed(struct store *store, struct wire_text community_code, notice_feed_fn fn,
                       void *ctx)
{
    struct feed_wait *wait = mem_alloc(sizeof(*wait));
    struct store_args args = {0};
    *wait = (struct feed_wait){fn, ctx};
    args_text_or_null(&args, community_code);
    args_int(&args, NOTICE_FEED_MAX);
    store_read(store, SQL_NOTICE_FEED, &args, on_feed, wait);
}
