#include "base/clock.h"
#include "base/log.h"
#include "ops/alert/alert_env.h"
#include "ops/alert/alert_spool.h"
#include "ops/alert/injection.h"
#include "ops/operations.h"

struct inject {
    struct call *call; /* lives until its answer */
    struct injection_request request;
};

static void on_injected(void *ctx, enum status status, const struct injection_result *result);
static void on_spooled(void *ctx, enum status status);

/* 1. The signature was checked at the door; the numbers are drawn now, so that the alert keeps them
 *    whatever road it takes. */
void op_alert_inject(struct call *call)
{
    struct inject *inject = arena_alloc(&call->arena, sizeof(*inject));
    inject->call = call;
    inject->request = (struct injection_request){
        .source_id = call->who->source_id,
        .message = CALL_BODY(call, alert_inject),
        .alert_id = injection_draw_id(),
        .notice_id = injection_draw_id(),
        .received_at = clock_wall_ms(),
    };
    injection_run(call->env, &inject->request, on_injected, inject);
}

/* 2. It is kept and told, or refused; or the database is away. */
static void on_injected(void *ctx, enum status status, const struct injection_result *result)
{
    struct inject *inject = ctx;
    struct call *call = inject->call;
    const char *field = result->field;
    if (status == STATUS_UNAVAILABLE) {
        status = alert_spool_take(call->env, &inject->request, on_spooled, inject);
        if (status == STATUS_OK)
            return;
        field = status == STATUS_KEY_REUSED ? "identifier" : NULL;
    }
    if (status != STATUS_OK) {
        if (field != NULL)
            call_fail_field(call, status, field);
        else
            call_fail(call, status);
        return;
    }
    const struct wire_alert_accepted accepted = {
        .alert_id = result->alert_id,
        .no = result->no,
        .identifier = inject->request.message->identifier,
        .state = result->state,
        .is_new = result->is_new,
        .has_merged = result->merged,
        .merged = result->merged,
    };
    call_reply(call, WIRE_ALERT_ACCEPTED, &accepted);
}

/* 3. On disk and delivered to who is connected; recorded when the database is back. */
static void on_spooled(void *ctx, enum status status)
{
    struct inject *inject = ctx;
    if (status != STATUS_OK) {
        call_fail(inject->call, status);
        return;
    }
    const struct wire_alert_accepted accepted = {
        .alert_id = inject->request.alert_id,
        .no = wire_text_of(""),
        .identifier = inject->request.message->identifier,
        .state = WIRE_ALERT_STATE_DISPATCHED,
        .is_new = true,
        .has_spooled = true,
        .spooled = true,
    };
    call_reply(inject->call, WIRE_ALERT_ACCEPTED, &accepted);
}
