/*
 * publish: a message as the one frame that everybody in its room gets.
 */
#ifndef OPS_MESSAGE_PUBLISH_H
#define OPS_MESSAGE_PUBLISH_H

#include "ops/ops_env.h"

/* Shows a committed message to those of its room who are here; the hub keeps the order of seq. The
 * view is projected for everybody (nobody's client_key). Borrowed for the call. */
void message_publish(struct ops_env *env, const struct wire_message_view *view);

/* A message that was changed: later readers of the ring get this form of it. */
void message_replace(struct ops_env *env, const struct wire_message_view *view);

#endif
