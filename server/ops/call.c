#include "ops/call.h"

#include <utlist.h>

#include "base/clock.h"
#include "base/log.h"
#include "hub/frame_encode.h"
#include "hub/hub.h"
#include "ops/session/presence.h"

struct call *call_create(struct ops_env *env, const struct principal *who)
{
    struct call *call = mem_alloc(sizeof(*call));
    call->env = env;
    call->who = principal_copy(who, &call->arena);
    call->role = WIRE_ROLE_RESIDENT;
    call->now_ms = clock_wall_ms();
    call->started_ms = clock_mono_ms();
    call->journal = env->revocation_head;
    DL_APPEND(env->open_calls, call);
    env->open_call_count++;
    return call;
}

static void finish(struct call *call)
{
    struct ops_env *env = call->env;
    DL_DELETE(env->open_calls, call);
    env->open_call_count--;
    arena_clear(&call->arena);
    arena_clear(&call->taken);
    mem_free(call);
}

static void answer_session(struct call *call, const struct ops_http_answer *answer)
{
    struct session *session = hub_find_session(call->env->hub, call->origin_id);
    if (session == NULL)
        return;
    struct presence *presence = session->attachment;
    if (presence != NULL && presence->open_calls > 0)
        presence->open_calls--;
    if (answer->status == STATUS_OK) {
        session_push_take(session, frame_encode(answer->reply, call->seq, answer->body),
                          LANE_NORMAL);
        return;
    }
    struct wire_error error = {
        .code = (enum wire_error_code)status_wire_error(answer->status),
        .has_field = answer->field[0] != '\0',
        .field = wire_text_of(answer->field),
        .has_retry_after_ms = answer->retry_after_ms > 0,
        .retry_after_ms = (uint32_t)answer->retry_after_ms,
    };
    session_push_take(session, frame_encode(WIRE_ERROR, call->seq, &error), LANE_NORMAL);
}

static void send_answer(struct call *call, const struct ops_http_answer *answer)
{
    if (call->answered)
        return;
    call->answered = true;
    if (call->origin == CALL_FROM_SESSION)
        answer_session(call, answer);
    else
        call->env->http.answer(call->env->http.ctx, call->origin_id, answer);
}

void call_reply(struct call *call, enum wire_operation reply, const void *body)
{
    struct ops_http_answer answer = {STATUS_OK, reply, body, "", 0};
    send_answer(call, &answer);
    finish(call);
}

void call_reply_done(struct call *call)
{
    struct wire_done done = {0};
    call_reply(call, WIRE_DONE, &done);
}

static void fail(struct call *call, enum status status, const char *field, uint64_t retry_after_ms)
{
    if (status == STATUS_OK || status == STATUS_INTERNAL) {
        log_error("ops.internal", "operation=%u status=%s", (unsigned)call->code,
                  status_name(status));
        status = STATUS_INTERNAL;
    }
    struct ops_http_answer answer = {status, WIRE_ERROR, NULL, field, retry_after_ms};
    send_answer(call, &answer);
    finish(call);
}

void call_fail(struct call *call, enum status status)
{
    fail(call, status, "", status == STATUS_UNAVAILABLE || status == STATUS_BUSY ? 2000 : 0);
}

void call_fail_field(struct call *call, enum status status, const char *field)
{
    fail(call, status, field, 0);
}

void call_fail_retry(struct call *call, enum status status, uint64_t retry_after_ms)
{
    fail(call, status, "", retry_after_ms < CALL_RETRY_MAX_MS ? retry_after_ms : CALL_RETRY_MAX_MS);
}

void call_finish(struct call *call, enum status status)
{
    if (status == STATUS_OK)
        call_reply_done(call);
    else
        call_fail(call, status);
}

void call_sweep(struct ops_env *env, int64_t now_mono_ms)
{
    struct call *call;
    DL_FOREACH(env->open_calls, call)
    {
        if (call->started_ms + CALL_DEADLINE_MS > now_mono_ms)
            return; /* they stand in the order in which they came */
        if (call->answered)
            continue;
        log_warn("ops.deadline", "operation=%u", (unsigned)call->code);
        struct ops_http_answer answer = {STATUS_UNAVAILABLE, WIRE_ERROR, NULL, "", 2000};
        send_answer(call, &answer);
    }
}
