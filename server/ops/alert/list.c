#include <string.h>

#include "ops/access/reading.h"
#include "ops/alert/alert_env.h"
#include "ops/operations.h"
#include "store/alert_store.h"

/* The alerts are read one after another into the page; what is read of others is entered into the
 * audit before anything is shown; notices come last. */
struct listing {
    struct call *call; /* lives until its answer */
    struct alert_mine mine[ALERT_LIST_MAX];
    uint32_t mine_count;
    uint32_t next; /* which of mine is being read */
    struct wire_alert_page page;
    struct access_reading readings[ALERT_LIST_MAX];
    uint32_t reading_count;
};

static void on_mine(void *ctx, enum status status, const struct alert_mine *mine, uint32_t count);
static void read_next(struct listing *listing);
static void on_loaded(void *ctx, enum status status, struct arena *arena,
                      const struct alert_loaded *loaded);
static void on_entered(void *ctx, enum status status);
static void on_notices(void *ctx, enum status status, const struct wire_notice_view *notices,
                       uint32_t count);

static struct alert_mine_query query_of(const struct call *call)
{
    const struct wire_alert_list *body = CALL_BODY(call, alert_list);
    return (struct alert_mine_query){
        .account_id = call->who->account_id,
        .include_ended = body->has_include_ended && body->include_ended,
    };
}

/* 1. Which alerts are addressed to her, and as what. */
void op_alert_list(struct call *call)
{
    struct listing *listing = arena_alloc(&call->arena, sizeof(*listing));
    const struct alert_mine_query query = query_of(call);
    listing->call = call;
    listing->page.alerts.items =
        arena_alloc(&call->arena, ALERT_LIST_MAX * sizeof(*listing->page.alerts.items));
    alert_store_mine(call->env->alert->store, &query, on_mine, listing);
}

static void on_mine(void *ctx, enum status status, const struct alert_mine *mine, uint32_t count)
{
    struct listing *listing = ctx;
    if (status != STATUS_OK) {
        call_fail(listing->call, status);
        return;
    }
    memcpy(listing->mine, mine, count * sizeof(*mine));
    listing->mine_count = count;
    read_next(listing);
}

/* 2. Each of them. */
static void read_next(struct listing *listing)
{
    struct call *call = listing->call;
    if (listing->next < listing->mine_count) {
        alert_store_load(call->env->alert->store, listing->mine[listing->next].alert_id, on_loaded,
                         listing);
        return;
    }
    if (listing->reading_count == 0)
        on_entered(listing, STATUS_OK);
    else
        reading_record(call->env, listing->readings, listing->reading_count, on_entered, listing);
}

/* Her own message is no reading of somebody else's data. */
static void add_reading(struct listing *listing, const struct alert_record *record,
                        enum wire_alert_audience audience)
{
    if (audience == WIRE_ALERT_AUDIENCE_TARGET)
        return;
    listing->readings[listing->reading_count++] = (struct access_reading){
        .kind = WIRE_ACCESS_KIND_ALERT,
        .entity_id = record->id,
        .station_id = record->station_id,
        .actor_id = listing->call->who->account_id,
        .audience = audience,
    };
}

static void on_loaded(void *ctx, enum status status, struct arena *arena,
                      const struct alert_loaded *loaded)
{
    struct listing *listing = ctx;
    struct call *call = listing->call;
    if (status != STATUS_OK) {
        call_fail(call, status);
        return;
    }
    const struct alert_mine *mine = &listing->mine[listing->next++];
    bool is_claimer = loaded->record.claimed_by == call->who->account_id;
    struct wire_alert_view *view = &listing->page.alerts.items[listing->page.alerts.count++];
    alert_project(&loaded->record, mine->audience, is_claimer, arena, view);
    view->has_my_stage = true;
    view->my_stage = mine->stage;
    add_reading(listing, &loaded->record, mine->audience);
    /* The texts it points at live on with the call. */
    arena_join(&call->arena, arena);
    read_next(listing);
}

/* 3. The audit says who sees them. */
static void on_entered(void *ctx, enum status status)
{
    struct listing *listing = ctx;
    struct call *call = listing->call;
    if (status != STATUS_OK) {
        call_fail(call, status);
        return;
    }
    const struct alert_mine_query query = query_of(call);
    alert_store_notices(call->env->alert->store, &query, on_notices, listing);
}

/* 4. */
static void on_notices(void *ctx, enum status status, const struct wire_notice_view *notices,
                       uint32_t count)
{
    struct listing *listing = ctx;
    struct call *call = listing->call;
    if (status != STATUS_OK) {
        call_fail(call, status);
        return;
    }
    listing->page.notices.count = count;
    listing->page.notices.items = arena_alloc(&call->arena, count * sizeof(*notices));
    memcpy(listing->page.notices.items, notices, count * sizeof(*notices));
    call_reply(call, WIRE_ALERT_PAGE, &listing->page);
}
