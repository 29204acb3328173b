#include "hub/hub.h"
#include "ops/operations.h"
#include "ops/work/work_feed.h"

/* Until her socket is closed. Residents cannot ask for it, so theirs cost nothing. */
void op_work_watch(struct call *call)
{
    struct session *session = hub_find_session(call->env->hub, call->origin_id);
    if (call->origin != CALL_FROM_SESSION || session == NULL) {
        call_fail(call, STATUS_CLOSED);
        return;
    }
    work_feed_watch(call->env, session);
    call_reply_done(call);
}
