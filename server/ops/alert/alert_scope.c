#include "ops/alert/alert_scope.h"

#include "hub/alert_board.h"
#include "ops/alert/alert_env.h"
#include "ops/dispatch.h"
#include "store/alert_store.h"

static void on_loaded(void *ctx, enum status status, struct arena *arena,
                      const struct alert_loaded *loaded);

static void fill_facts(struct call *call, const struct alert_record *record,
                       enum wire_alert_audience audience)
{
    call->facts.station_id = record->station_id;
    call->facts.community_id = record->community_id;
    call->facts.grid_id = record->grid_id;
    call->facts.building_id = record->building_id;
    call->facts.unit_id = record->unit_id;
    call->facts.owner_account_id = record->target_account_id;
    call->facts.is_assigned = audience > WIRE_ALERT_AUDIENCE_TARGET;
    call->facts.is_party = audience == WIRE_ALERT_AUDIENCE_TARGET ||
                           record->target_account_id == call->who->account_id;
}

/* 1. In force: it is on the board. */
void alert_scope(struct call *call)
{
    const struct alert_board *board = call->env->alert->board;
    const struct alert_record *record = alert_board_find(board, call->scope_id);
    if (record == NULL) {
        alert_store_load(call->env->alert->store, call->scope_id, on_loaded, call);
        return;
    }
    fill_facts(call, record, alert_board_audience(board, record->id, call->who->account_id));
    dispatch_decide(call, STATUS_OK);
}

/* 2. Ended, or not there. */
static void on_loaded(void *ctx, enum status status, struct arena *arena,
                      const struct alert_loaded *loaded)
{
    struct call *call = ctx;
    enum wire_alert_audience audience = 0;
    (void)arena;
    for (uint32_t i = 0; status == STATUS_OK && i < loaded->recipient_count; i++)
        if (loaded->recipients[i].account_id == call->who->account_id)
            audience = loaded->recipients[i].audience;
    if (status == STATUS_OK)
        fill_facts(call, &loaded->record, audience);
    dispatch_decide(call, status);
}
