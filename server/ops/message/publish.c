#include "ops/message/publish.h"

#include "hub/frame_encode.h"
#include "hub/hub.h"
#include "rules/message_projection.h"

static struct shared_frame *frame_of(const struct wire_message_view *view)
{
    struct wire_message_added event = {.message = *view};
    message_project(&event.message, 0);
    return frame_encode(WIRE_MESSAGE_ADDED, 0, &event);
}

void message_publish(struct ops_env *env, const struct wire_message_view *view)
{
    struct room *room = room_find(env->hub, view->room_id);
    if (room == NULL)
        return; /* nobody is here */
    struct shared_frame *frame = frame_of(view);
    if (frame == NULL)
        return; /* logged where it was encoded */
    struct room_post post = {.frame = frame, .lane = LANE_NORMAL, .seq = view->seq};
    room_publish(room, &post);
    shared_frame_release(frame);
}

void message_replace(struct ops_env *env, const struct wire_message_view *view)
{
    struct room *room = room_find(env->hub, view->room_id);
    if (room == NULL)
        return;
    struct shared_frame *frame = frame_of(view);
    if (frame == NULL) {
        room_ring_clear(room); /* never show what was taken away */
        return;
    }
    room_ring_replace(room, view->seq, frame);
    shared_frame_release(frame);
}
