#include "store/search_store.h"

#include "base/mem.h"
#include "store/message_rows.h"

struct finder {
    search_hits_fn fn;
    void *ctx;
    uint32_t limit;
};

/* One more than was wanted was asked for: it says whether there are more. */
static void on_found(void *ctx, enum status status, const struct store_rows *rows)
{
    struct finder *finder = ctx;
    struct arena arena = {NULL};
    if (status == STATUS_OK) {
        struct search_hits hits = {.messages = message_rows_views(rows, &arena)};
        hits.more = hits.messages.count > finder->limit;
        if (hits.more)
            hits.messages.count = finder->limit;
        finder->fn(finder->ctx, STATUS_OK, &hits);
    } else {
        finder->fn(finder->ctx, status, NULL);
    }
    arena_clear(&arena);
    mem_free(finder);
}

void search_store_find(struct store *store, const struct search_query *query, search_hits_fn fn,
                       void *ctx)
{
    struct store_args args = {0};
    struct finder *finder = mem_alloc(sizeof(*finder));
    bool bounded = query->limit >= 1 && query->limit <= SEARCH_HITS_MAX;
    *finder = (struct finder){fn, ctx, bounded ? query->limit : SEARCH_HITS_MAX};
    args_id(&args, query->account_id);
    args_id(&args, query->room_id);
    args_text(&args, query->folded.data, query->folded.len);
    args_time_or_null(&args, query->before_sent_at);
    args_id(&args, query->before_room_id);
    args_id(&args, query->before_seq);
    args_int(&args, finder->limit + 1);
    store_read(store, SQL_SEARCH_FIND, &args, on_found, finder);
}

struct builder {
    search_built_fn fn;
    void *ctx;
};

static void on_built(void *ctx, enum status status, const struct store_rows *rows)
{
    struct builder *builder = ctx;
    bool done = status == STATUS_OK && rows->count == 1;
    builder->fn(builder->ctx, status, done ? (uint32_t)rows_int(rows, 0, 0) : 0);
    mem_free(builder);
}

void search_store_build_step(struct store *store, search_built_fn fn, void *ctx)
{
    struct builder *builder = mem_alloc(sizeof(*builder));
    *builder = (struct builder){fn, ctx};
    store_write_slow(store, SQL_SEARCH_BUILD, NULL, on_built, builder);
}
