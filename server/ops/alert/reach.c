#include <string.h>

#include "ops/alert/alert_env.h"
#include "ops/operations.h"
#include "store/alert_store.h"

static void on_counted(void *ctx, enum status status, const struct wire_receipt_count *counts,
                       uint32_t count);

/* How far the order and its notice have come: numbers, no names. */
void op_alert_reach(struct call *call)
{
    alert_store_reach(call->env->alert->store, CALL_BODY(call, alert_reach)->alert_id, on_counted,
                      call);
}

static void on_counted(void *ctx, enum status status, const struct wire_receipt_count *counts,
                       uint32_t count)
{
    struct call *call = ctx;
    if (status != STATUS_OK) {
        call_fail(call, status);
        return;
    }
    struct wire_alert_reach_counts reply = {.alert_id = CALL_BODY(call, alert_reach)->alert_id};
    reply.counts.count = count;
    reply.counts.items = arena_alloc(&call->arena, count * sizeof(*counts));
    memcpy(reply.counts.items, counts, count * sizeof(*counts));
    call_reply(call, WIRE_ALERT_REACH_COUNTS, &reply);
}
