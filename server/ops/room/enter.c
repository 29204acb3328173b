#include "ops/room/enter.h"

#include "hub/hub.h"
#include "ops/session/presence.h"
#include "rules/page_fit.h"

struct resume_plan room_plan(const struct ops_env *env, const struct wire_room_cursor *cursor,
                             bool epoch_same, uint64_t first_seq)
{
    struct room *room = room_find(env->hub, cursor->room_id);
    struct resume_question question = {
        .cursor = cursor->seq,
        .epoch_same = epoch_same,
        .head_seq = room != NULL && room_head(room) != ROOM_HEAD_UNKNOWN ? room_head(room) : 0,
        .first_seq = first_seq,
        .max_behind = env->settings->resume_max,
        .tail = env->settings->resume_tail,
    };
    return resume_plan_of(&question);
}

struct ring_size {
    uint64_t bytes;
};

static void on_ring_frame(void *ctx, uint64_t seq, struct shared_frame *frame)
{
    struct ring_size *size = ctx;
    (void)seq;
    size->bytes += frame->len;
}

/* What the ring has after this seq can be sent at once without filling the session's outbox. */
static bool ring_fits(const struct room *room, const struct session *session, uint64_t after_seq)
{
    struct ring_size size = {session->outbox.bytes};
    room_ring_each(room, after_seq, on_ring_frame, &size);
    return size.bytes <= PAGE_FIT_BYTES;
}

void room_enter(struct ops_env *env, struct session *session, uint64_t room_id,
                const struct resume_plan *plan, bool ring_usable)
{
    struct room *room = room_find(env->hub, room_id);
    if (room == NULL || !room_has(room, session))
        return;
    bool nothing = plan->from_seq > plan->head_seq;
    bool from_ring = ring_usable && room_ring_covers(room, plan->from_seq - 1) &&
                     ring_fits(room, session, plan->from_seq - 1);
    if (!nothing && !from_ring) {
        backlog_add(session, room_id, plan->from_seq, plan->head_seq);
        return;
    }
    if (!nothing)
        room_push_ring(room, session, plan->from_seq - 1);
    if (room_release(room, session, plan->head_seq) == STATUS_AGAIN)
        /* More came than was kept back; all of it up to the head is sent or is to be read. */
        backlog_add(session, room_id, plan->head_seq + 1, room_head(room));
}

struct wire_resume_view room_resume_view(uint64_t room_id, const struct resume_plan *plan)
{
    return (struct wire_resume_view){
        .room_id = room_id,
        .outcome = plan->outcome,
        .reason = plan->reason,
        .from_seq = plan->from_seq,
        .head_seq = plan->head_seq,
    };
}
