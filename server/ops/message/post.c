#include "hub/hub.h"
#include "ops/message/publish.h"
#include "ops/operations.h"
#include "ops/room/catch_up.h"
#include "rules/badge.h"
#include "rules/content_check.h"
#include "rules/text_fold.h"
#include "store/message_store.h"
#include "store/room_store.h"

static void on_added(void *ctx, enum status status, const struct message_added *added);
static void on_silence(void *ctx, enum status status, uint64_t left_ms);

/* 1. Check the text and hand it to the store. */
void op_message_post(struct call *call)
{
    const struct wire_message_post *post = CALL_BODY(call, message_post);
    uint32_t media_count = post->has_media_ids ? post->media_ids.count : 0;
    if (content_check_body(post->body, media_count) != STATUS_OK) {
        call_fail_field(call, STATUS_INVALID_FIELD, "body");
        return;
    }
    struct message_draft draft = {
        .room_id = post->room_id,
        .sender_id = call->who->account_id,
        .kind = WIRE_MESSAGE_KIND_TEXT,
        .badge = badge_of(call->who, &call->facts, call->now_ms),
        .official = post->has_official && post->official,
        .sender_name = call->who->display_name,
        .body = post->body,
        .quote_seq = post->has_quote_seq ? post->quote_seq : 0,
    };
    for (size_t i = 0; i < sizeof(draft.client_key); i++)
        draft.client_key[i] = post->client_key[i];
    if (media_count > 0)
        draft.media_ids = post->media_ids;
    struct wire_text folded = text_fold(post->body, &call->arena);
    if (text_fold_changed(post->body, folded))
        draft.folded = folded;
    message_store_add(call->env->messages, &draft, on_added, call);
}

/* The message as it stands in its room now. */
static struct wire_message_view view_of(const struct call *call, const struct message_added *added)
{
    const struct wire_message_post *post = CALL_BODY(call, message_post);
    return (struct wire_message_view){
        .room_id = added->room_id,
        .seq = added->seq,
        .sender_id = call->who->account_id,
        .sender_name = call->who->display_name,
        .badge = badge_of(call->who, &call->facts, call->now_ms),
        .kind = WIRE_MESSAGE_KIND_TEXT,
        .state = WIRE_MESSAGE_STATE_VISIBLE,
        .sent_at = added->sent_at,
        .has_body = true,
        .body = post->body,
        .has_media = added->media.count > 0,
        .media = added->media,
        .has_quote_seq = post->has_quote_seq && post->quote_seq > 0,
        .quote_seq = post->has_quote_seq ? post->quote_seq : 0,
        .has_official = post->has_official && post->official,
        .official = post->has_official && post->official,
    };
}

/* What the store refused: which picture field, or how long she has to be silent. */
static void refuse(struct call *call, enum status status)
{
    if (status == STATUS_INVALID_FIELD)
        call_fail_field(call, status, "media_ids");
    else if (status == STATUS_MUTED)
        room_store_silence(call->env->store, CALL_BODY(call, message_post)->room_id,
                           call->who->account_id, on_silence, call);
    else
        call_fail(call, status);
}

static void on_silence(void *ctx, enum status status, uint64_t left_ms)
{
    struct call *call = ctx;
    if (status == STATUS_OK)
        call_fail_retry(call, STATUS_MUTED, left_ms);
    else
        call_fail(call, STATUS_MUTED);
}

/* 2. It is kept: show it to the room, then answer. A repeat was shown when it came first, or is
 * read if its answer was lost with the link. It is read too when something was taken down while it
 * was on its way: this could be it, from another of her devices. */
static void on_added(void *ctx, enum status status, const struct message_added *added)
{
    struct call *call = ctx;
    if (status != STATUS_OK) {
        refuse(call, status);
        return;
    }
    if (added->is_new && call->journal == call->env->revocation_head) {
        struct wire_message_view view = view_of(call, added);
        message_publish(call->env, &view);
    } else {
        room_catch_up(call->env, added->room_id, added->seq);
    }
    struct wire_message_posted posted = {added->room_id, added->seq, added->sent_at};
    call_reply(call, WIRE_MESSAGE_POSTED, &posted);
}
