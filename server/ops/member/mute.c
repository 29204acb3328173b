#include "hub/frame_encode.h"
#include "hub/hub.h"
#include "ops/operations.h"
#include "rules/content_check.h"
#include "store/room_store.h"

#define MINUTE_MS 60000

static void on_muted(void *ctx, enum status status);

static int64_t until(const struct call *call)
{
    uint32_t minutes = CALL_BODY(call, member_mute)->minutes;
    return minutes > 0 ? call->now_ms + (int64_t)minutes * MINUTE_MS : 0;
}

/* 1. For a while, with a reason; the audit is in the same transaction. */
void op_member_mute(struct call *call)
{
    const struct wire_member_mute *body = CALL_BODY(call, member_mute);
    if (!content_has_substance(body->reason)) {
        call_fail_field(call, STATUS_INVALID_FIELD, "reason");
        return;
    }
    struct member_mute mute = {
        .room_id = body->room_id,
        .account_id = body->account_id,
        .actor_id = call->who->account_id,
        .role_used = call->role,
        .until = until(call),
        .reason = body->reason,
    };
    room_store_mute(call->env->store, &mute, on_muted, call);
}

/* 2. She is told until when and why. */
static void on_muted(void *ctx, enum status status)
{
    struct call *call = ctx;
    if (status == STATUS_OK) {
        const struct wire_member_mute *body = CALL_BODY(call, member_mute);
        struct wire_member_muted event = {
            .room_id = body->room_id,
            .has_until = body->minutes > 0,
            .until = until(call),
            .reason = body->reason,
        };
        struct shared_frame *frame = frame_encode(WIRE_MEMBER_MUTED, 0, &event);
        if (frame != NULL)
            hub_push_account(call->env->hub, body->account_id, frame, LANE_NORMAL);
        shared_frame_release(frame);
    }
    call_finish(call, status);
}
