/*
 * enter: a session that has joined a warm room goes on in it: from the ring at once, or from the
 * database page by page; then it is live.
 */
#ifndef OPS_ROOM_ENTER_H
#define OPS_ROOM_ENTER_H

#include "ops/ops_env.h"
#include "rules/resume_plan.h"

struct session;

/* How the room continues for her now. The answer holds for this turn of the loop. */
struct resume_plan room_plan(const struct ops_env *env, const struct wire_room_cursor *cursor,
                             bool epoch_same, uint64_t first_seq);

/* Sends what the plan says follows. ring_usable: the ring knows every take-down she knows of. */
void room_enter(struct ops_env *env, struct session *session, uint64_t room_id,
                const struct resume_plan *plan, bool ring_usable);

struct wire_resume_view room_resume_view(uint64_t room_id, const struct resume_plan *plan);

#endif
