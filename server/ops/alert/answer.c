#include "ops/alert/alert_env.h"
#include "ops/alert/alert_refresh.h"
#include "ops/operations.h"
#include "store/alert_store.h"

static void on_answered(void *ctx, enum status status);
static void on_told(void *ctx, enum status status);

/* What the duty room reads; {no} is the alert's number. */
static const char *word_of(enum wire_target_answer answer)
{
    switch (answer) {
    case WIRE_TARGET_ANSWER_ALREADY_PAID:
        return "预警 {no}：本人说已经转账了，请马上联系并止付。";
    case WIRE_TARGET_ANSWER_OWN_BUSINESS:
        return "预警 {no}：本人说是自己办事，没有被骗，请核实。";
    case WIRE_TARGET_ANSWER_NOT_PAID:
        break;
    }
    return "预警 {no}：本人说还没有转账，请打给她。";
}

/* 1. Keep it, for the order and for the duty room. */
void op_alert_answer(struct call *call)
{
    const struct wire_alert_answer *body = CALL_BODY(call, alert_answer);
    const struct alert_own_answer answer = {
        .alert_id = body->alert_id,
        .account_id = call->who->account_id,
        .answer = body->answer,
        .word = word_of(body->answer),
    };
    alert_store_answer_own(call->env->alert->store, &answer, on_answered, call);
}

/* 2. Tell everyone who has the order. */
static void on_answered(void *ctx, enum status status)
{
    struct call *call = ctx;
    if (status != STATUS_OK)
        call_fail(call, status);
    else
        alert_refresh(call->env, CALL_BODY(call, alert_answer)->alert_id, on_told, call);
}

/* 3. It is kept; if telling failed, the listening link does it. */
static void on_told(void *ctx, enum status status)
{
    (void)status;
    call_reply_done(ctx);
}
