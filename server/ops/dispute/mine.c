#include "base/clock.h"
#include "ops/operations.h"
#include "store/dispute_store.h"

struct listing {
    struct call *call; /* lives until its answer */
    struct wire_dispute_page page;
};

static void on_ids(void *ctx, enum status status, const struct wire_list_id *ids);
static void on_loaded(void *ctx, enum status status, struct arena *arena,
                      const struct dispute_loaded *loaded, uint32_t count);

/* 1. What she reported. */
void op_dispute_mine(struct call *call)
{
    const struct wire_dispute_mine *ask = CALL_BODY(call, dispute_mine);
    struct listing *listing = arena_alloc(&call->arena, sizeof(*listing));
    listing->call = call;
    dispute_store_mine(call->env->store, call->who->account_id,
                       ask->has_before_id ? ask->before_id : 0, on_ids, listing);
}

static void on_ids(void *ctx, enum status status, const struct wire_list_id *ids)
{
    struct listing *listing = ctx;
    struct call *call = listing->call;
    struct wire_list_id page = *ids;
    if (status != STATUS_OK) {
        call_fail(call, status);
        return;
    }
    listing->page.more = page.count > DISPUTE_PAGE_MAX;
    if (listing->page.more)
        page.count = DISPUTE_PAGE_MAX;
    dispute_store_load(call->env->store, &page, on_loaded, listing);
}

/* 2. Each as its reporter sees it. */
static void on_loaded(void *ctx, enum status status, struct arena *arena,
                      const struct dispute_loaded *loaded, uint32_t count)
{
    struct listing *listing = ctx;
    struct call *call = listing->call;
    const struct dispute_viewer viewer = {WIRE_DISPUTE_AUDIENCE_REPORTER, call->who->account_id,
                                          clock_wall_ms()};
    if (status != STATUS_OK) {
        call_fail(call, status);
        return;
    }
    struct wire_list_dispute_view *views = &listing->page.disputes;
    views->items = arena_alloc(&call->arena, count * sizeof(*views->items));
    for (uint32_t i = 0; i < count; i++)
        dispute_project(&loaded[i].record, &loaded[i].names, &viewer, &call->arena,
                        &views->items[views->count++]);
    arena_join(&call->arena, arena); /* the texts it points at */
    call_reply(call, WIRE_DISPUTE_PAGE, &listing->page);
}
