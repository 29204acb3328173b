#include "ops/operations.h"
#include "ops/revocation_feed.h"
#include "store/message_store.h"

/* Words for everyone, by reason. */
static const char *const words[WIRE_HIDE_REASON_MAX + 1] = {
    [WIRE_HIDE_REASON_PERSONAL_DATA] = "含个人信息,已隐藏",
    [WIRE_HIDE_REASON_RUMOUR] = "内容未经证实,已隐藏",
    [WIRE_HIDE_REASON_INSULT] = "言语不文明,已隐藏",
    [WIRE_HIDE_REASON_FRAUD] = "疑似诈骗内容,已隐藏",
    [WIRE_HIDE_REASON_OFF_TOPIC] = "与议事无关,已隐藏",
    [WIRE_HIDE_REASON_OTHER] = "已由管理人员隐藏",
};

static void on_hidden(void *ctx, enum status status, const struct message_revoked *revoked);

/* 1. Out of everyone's sight, with a reason; journal and audit are in the same transaction. */
void op_message_hide(struct call *call)
{
    const struct wire_message_hide *body = CALL_BODY(call, message_hide);
    bool has_words = body->public_reason.len > 0;
    struct message_hide hide = {
        .message = {body->room_id, body->seq},
        .actor_id = call->who->account_id,
        .role_used = call->role,
        .reason = body->reason,
        .public_reason = has_words ? body->public_reason : wire_text_of(words[body->reason]),
    };
    message_store_hide(call->env->store, &hide, on_hidden, call);
}

/* 2. Everyone is told from the journal. */
static void on_hidden(void *ctx, enum status status, const struct message_revoked *revoked)
{
    struct call *call = ctx;
    (void)revoked;
    if (status == STATUS_OK)
        revocation_feed_read(call->env);
    call_finish(call, status);
}
