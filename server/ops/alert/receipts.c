#include "ops/alert/alert_env.h"
#include "ops/operations.h"
#include "store/alert_store.h"

struct receipts {
    struct call *call; /* lives until its answer */
    uint32_t waiting;  /* rows not yet durable, and one for the loop that adds them */
    enum status worst;
};

static void on_kept(void *ctx, enum status status);

static void settle(struct receipts *receipts, enum status status)
{
    if (status != STATUS_OK)
        receipts->worst = status;
    if (--receipts->waiting == 0)
        call_finish(receipts->call, receipts->worst);
}

/* Delivered, displayed, acknowledged: of one's own copies; the statement ignores all others. */
void op_alert_receipts(struct call *call)
{
    const struct wire_alert_receipts *body = CALL_BODY(call, alert_receipts);
    for (uint32_t i = 0; i < body->items.count; i++) {
        const struct wire_alert_receipt_item *item = &body->items.items[i];
        if (item->has_alert_id + item->has_notice_id + item->has_person_id != 1 ||
            item->stage == WIRE_RECEIPT_STAGE_QUEUED) {
            call_fail_field(call, STATUS_INVALID_FIELD, "items");
            return;
        }
    }
    struct receipts *receipts = arena_alloc(&call->arena, sizeof(*receipts));
    receipts->call = call;
    receipts->waiting = 1;
    for (uint32_t i = 0; i < body->items.count; i++) {
        const struct wire_alert_receipt_item *item = &body->items.items[i];
        const struct alert_receipt receipt = {
            .account_id = call->who->account_id,
            .alert_id = item->has_alert_id ? item->alert_id : 0,
            .notice_id = item->has_notice_id ? item->notice_id : 0,
            .person_id = item->has_person_id ? item->person_id : 0,
            .stage = item->stage,
            .at = call->now_ms,
        };
        receipts->waiting++;
        enum status status =
            alert_store_receipt(call->env->alert->store, &receipt, on_kept, receipts);
        if (status != STATUS_OK)
            settle(receipts, status);
    }
    settle(receipts, STATUS_OK);
}

static void on_kept(void *ctx, enum status status)
{
    settle(ctx, status);
}
