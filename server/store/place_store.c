#include "store/place_store.h"

#include "base/mem.h"

struct place_wait {
    place_page_fn fn;
    void *ctx; /* borrowed */
};

static void on_children(void *ctx, enum status status, const struct store_rows *rows)
{
    struct place_wait *wait = ctx;
    struct wire_place_view items[PLACE_PAGE_MAX];
    struct wire_place_page page = {.places = {0, items}};
    for (int row = 0; status == STATUS_OK && row < rows->count && row < PLACE_PAGE_MAX; row++)
        items[page.places.count++] = (struct wire_place_view){
            .place_id = rows_id(rows, row, 0),
            .name = rows_text(rows, row, 1),
        };
    page.more = status == STATUS_OK && rows->count > PLACE_PAGE_MAX;
    wait->fn(wait->ctx, status, status == STATUS_OK ? &page : NULL);
    mem_free(wait);
}

void place_store_children(struct store *store, const struct place_query *query, place_page_fn fn,
                          void *ctx)
{
    struct place_wait *wait = mem_alloc(sizeof(*wait));
    struct store_args args = {0};
    *wait = (struct place_wait){fn, ctx};
    args_id(&args, query->community_id);
    args_id_or_null(&args, query->building_id);
    args_id_or_null(&args, query->after_id);
    args_int(&args, PLACE_PAGE_MAX + 1);
    store_read(store, SQL_PLACE_CHILDREN, &args, on_children, wait);
}
