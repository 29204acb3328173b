#include "hub/frame_encode.h"
#include "hub/hub.h"
#include "ops/operations.h"
#include "store/room_store.h"

static void on_moved(void *ctx, enum status status);

/* 1. Read up to here. */
void op_room_read(struct call *call)
{
    struct room_cursor_move move = {call->who->account_id, call->scope_id,
                                    CALL_BODY(call, room_read)->seq};
    room_store_read(call->env->rooms, &move, on_moved, call);
}

struct telling {
    uint64_t reader_id; /* the session that read */
    struct shared_frame *frame;
};

static void on_device(void *ctx, struct session *session)
{
    struct telling *telling = ctx;
    if (session->id != telling->reader_id)
        session_push(session, telling->frame, LANE_NORMAL);
}

/* 2. Her other devices follow. */
static void on_moved(void *ctx, enum status status)
{
    struct call *call = ctx;
    if (status == STATUS_OK) {
        struct wire_room_read_moved event = {call->scope_id, CALL_BODY(call, room_read)->seq};
        struct telling telling = {call->origin_id, frame_encode(WIRE_ROOM_READ_MOVED, 0, &event)};
        if (telling.frame != NULL)
            hub_each_session_of_account(call->env->hub, call->who->account_id, on_device,
                                        &telling);
        shared_frame_release(telling.frame);
    }
    call_finish(call, status);
}
