#include "store/export_store.h"

#include "base/mem.h"
#include "store/sealed.h"

struct export_wait {
    export_page_fn fn;
    void *ctx;                      /* borrowed */
    const struct secret_ring *ring; /* borrowed */
};

enum export_column {
    EXPORT_ID,
    EXPORT_SEQ,
    EXPORT_AT,
    EXPORT_UNTIL,
    EXPORT_CODE,
    EXPORT_TITLE,
    EXPORT_BODY,
    EXPORT_SEALED
};

static void read_item(const struct store_rows *rows, int row, const struct secret_ring *ring,
                      struct arena *arena, struct wire_export_item *item)
{
    *item = (struct wire_export_item){
        .id = rows_id(rows, row, EXPORT_ID),
        .has_seq = rows_id(rows, row, EXPORT_SEQ) > 0,
        .seq = rows_id(rows, row, EXPORT_SEQ),
        .at = rows_time(rows, row, EXPORT_AT),
        .has_until = !rows_is_null(rows, row, EXPORT_UNTIL),
        .until = rows_time(rows, row, EXPORT_UNTIL),
        .has_code = !rows_is_null(rows, row, EXPORT_CODE),
        .code = (uint32_t)rows_int(rows, row, EXPORT_CODE),
        .has_title = !rows_is_null(rows, row, EXPORT_TITLE),
        .title = rows_text(rows, row, EXPORT_TITLE),
        .has_body = !rows_is_null(rows, row, EXPORT_BODY),
        .body = rows_text(rows, row, EXPORT_BODY),
    };
    if (rows_is_null(rows, row, EXPORT_SEALED))
        return;
    item->body = sealed_open(ring, SECRET_SEAL_PHONE, rows_bin(rows, row, EXPORT_SEALED), arena);
    item->has_body = item->body.len > 0;
}

static void on_page(void *ctx, enum status status, const struct store_rows *rows)
{
    struct export_wait *wait = ctx;
    struct arena arena = {0};
    struct wire_export_item items[EXPORT_PAGE_MAX];
    struct wire_account_export_page page = {.items = {0, items}};
    for (int row = 0; status == STATUS_OK && row < rows->count && row < EXPORT_PAGE_MAX; row++)
        read_item(rows, row, wait->ring, &arena, &items[page.items.count++]);
    page.more = status == STATUS_OK && rows->count > EXPORT_PAGE_MAX;
    wait->fn(wait->ctx, status, status == STATUS_OK ? &page : NULL);
    arena_clear(&arena);
    mem_free(wait);
}

void export_store_page(struct store *store, const struct export_query *query, export_page_fn fn,
                       void *ctx)
{
    struct export_wait *wait = mem_alloc(sizeof(*wait));
    struct store_args args = {0};
    *wait = (struct export_wait){fn, ctx, query->ring};
    args_id(&args, query->account_id);
    args_int(&args, query->section);
    args_id(&args, query->after_id);
    args_id(&args, query->after_seq);
    args_int(&args, EXPORT_PAGE_MAX + 1);
    store_write_as(store, (struct store_principal){query->account_id},
                   (struct store_call){SQL_EXPORT_PAGE, &args, on_page, wait});
}
