#include "ops/operations.h"
#include "store/place_store.h"

static void on_places(void *ctx, enum status status, const struct wire_place_page *page);

/* 1. What lies below the community, or below one of its buildings. */
void op_place_list(struct call *call)
{
    const struct wire_place_list *body = CALL_BODY(call, place_list);
    const struct place_query query = {
        .community_id = body->community_id,
        .building_id = body->has_building_id ? body->building_id : 0,
        .after_id = body->has_after_id ? body->after_id : 0,
    };
    place_store_children(call->env->store, &query, on_places, call);
}

/* 2. */
static void on_places(void *ctx, enum status status, const struct wire_place_page *page)
{
    struct call *call = ctx;
    if (status != STATUS_OK)
        call_fail(call, status);
    else
        call_reply(call, WIRE_PLACE_PAGE, page);
}
