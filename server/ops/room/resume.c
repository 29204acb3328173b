/* Filling what is missing of one room, or entering one that hello did not name. */
#include "hub/alert_board.h"
#include "hub/hub.h"
#include "hub/person_board.h"
#include "ops/alert/alert_env.h"
#include "ops/operations.h"
#include "ops/person/person_env.h"
#include "ops/room/enter.h"
#include "ops/room/room_view.h"
#include "ops/room/warm_up.h"
#include "ops/session/presence.h"

static void on_warm(void *ctx, enum status status);
static void on_membership(void *ctx, enum status status, const struct room_membership *membership);

static struct session *live_session(const struct call *call)
{
    struct session *session = hub_find_session(call->env->hub, call->origin_id);
    return presence_of(session) != NULL && session->state == SESSION_OPEN ? session : NULL;
}

/* 1. From now on what is said is kept back for her. */
void op_room_resume(struct call *call)
{
    struct session *session = live_session(call);
    struct room *room = room_get(call->env->hub, call->scope_id);
    if (session == NULL || room_join(room, session) != STATUS_OK)
        call_fail(call, STATUS_BUSY);
    else if (room_is_warm(call->env, call->scope_id))
        on_warm(call, STATUS_OK);
    else
        room_warm_up(call->env, call->scope_id, on_warm, call);
}

/* She is not in it, or it cannot be read: nothing is kept back for nothing. */
static void give_up(struct call *call, enum status status)
{
    struct session *session = live_session(call);
    struct room *room = room_find(call->env->hub, call->scope_id);
    if (session != NULL && room != NULL)
        room_leave(room, session);
    call_fail(call, status);
}

/* 2. The room is there: what of it is hers? */
static void on_warm(void *ctx, enum status status)
{
    struct call *call = ctx;
    if (status != STATUS_OK)
        give_up(call, status);
    else
        room_store_membership(call->env->store, call->who->account_id, call->scope_id,
                              on_membership, call);
}

/* What is in force there, for who came in after her greeting; shown once, however often it comes.
 */
static void greet(struct ops_env *env, struct session *session, uint64_t room_id)
{
    if (env->alert != NULL && env->alert->board != NULL)
        alert_board_greet_room(env->alert->board, session, room_id);
    if (env->person != NULL)
        person_board_greet_room(env->person->board, session, room_id);
}

/* 3. The answer, then what follows it, in one turn. */
static void on_membership(void *ctx, enum status status, const struct room_membership *membership)
{
    struct call *call = ctx;
    struct ops_env *env = call->env;
    uint64_t room_id = call->scope_id;
    struct session *session = live_session(call);
    if (session == NULL || status != STATUS_OK || call->answered) {
        give_up(call, status != STATUS_OK ? status : STATUS_CLOSED);
        return;
    }
    struct wire_room_cursor cursor = {room_id, CALL_BODY(call, room_resume)->seq};
    struct resume_plan plan = room_plan(env, &cursor, true, membership->room.first_seq);
    struct wire_room_resumed body = {
        .room = room_view_of(env, call->who, membership, call->now_ms),
        .resume = room_resume_view(room_id, &plan),
    };
    call_reply(call, WIRE_ROOM_RESUMED, &body);
    room_enter(env, session, room_id, &plan, true);
    greet(env, session, room_id);
    backlog_continue(env, session);
}
