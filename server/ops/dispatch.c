#include "ops/dispatch.h"

#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "hub/hub.h"
#include "ops/command_table.h"
#include "ops/session/presence.h"
#include "rules/throttle.h"

#define MALFORMED_COST 5 /* what a frame that cannot be read costs its sender */

/* 0: it may go on; else come back after so many ms. */
static uint64_t charge(struct ops_env *env, const struct principal *who, uint32_t cost,
                       uint64_t address_key)
{
    const struct ops_settings *settings = env->settings;
    struct throttle_limit limit = {settings->account_rate, settings->account_burst};
    struct throttle_charge charge = {THROTTLE_ACCOUNT, who->account_id, cost};
    if (who->kind == PRINCIPAL_SOURCE)
        return 0; /* sources have a quota of their own */
    if (who->kind == PRINCIPAL_GUEST) {
        limit = (struct throttle_limit){settings->address_rate, settings->address_burst};
        charge.kind = THROTTLE_ADDRESS;
        charge.key = address_key;
    }
    return throttle_table_take(env->throttle, &limit, &charge, clock_mono_ms());
}

uint64_t dispatch_charge(struct ops_env *env, const struct principal *who,
                         enum wire_operation code)
{
    return charge(env, who, command_find(code)->cost, 0);
}

/* A room that overflows slows its writers down, whoever they are; those who may not write in it
 * take nothing of it. */
static uint64_t charge_room(const struct call *call)
{
    const struct ops_settings *settings = call->env->settings;
    if (call->code != WIRE_MESSAGE_POST)
        return 0;
    struct throttle_limit limit = {settings->room_rate, settings->room_burst};
    struct throttle_charge charge = {THROTTLE_ROOM, call->scope_id, call->command->cost};
    return throttle_table_take(call->env->throttle, &limit, &charge, call->started_ms);
}

/* The request is read: from here both doors go the same way. */
static void proceed(struct call *call, bool is_paid, uint64_t address_key)
{
    uint64_t wait_ms =
        is_paid ? 0 : charge(call->env, call->who, call->command->cost, address_key);
    if (wait_ms > 0)
        call_fail_retry(call, STATUS_RATE_LIMITED, wait_ms);
    else if (call->env->open_call_count > call->env->settings->calls_max)
        call_fail(call, STATUS_BUSY);
    else if (call->command->scope != NULL)
        call->command->scope(call);
    else
        dispatch_decide(call, STATUS_OK);
}

void dispatch_decide(struct call *call, enum status status)
{
    const struct command *command = call->command;
    if (status != STATUS_OK) {
        call_fail(call, status);
        return;
    }
    struct permission_decision decision =
        permission_decide(call->who, command->permission, &call->facts, call->now_ms);
    enum permission also = command->also != NULL ? command->also(call->body) : PERM_NONE;
    if (decision.allowed && also != PERM_NONE)
        decision = permission_decide(call->who, also, &call->facts, call->now_ms);
    if (!decision.allowed) {
        call_fail(call, call->who->kind == PRINCIPAL_GUEST ? STATUS_UNAUTHENTICATED
                                                           : STATUS_NOT_FOUND);
        return;
    }
    call->role = decision.role;
    if (command->handler == NULL) {
        call_fail(call, STATUS_UNKNOWN_OPERATION);
        return;
    }
    uint64_t wait_ms = charge_room(call);
    if (wait_ms > 0)
        call_fail_retry(call, STATUS_RATE_LIMITED, wait_ms);
    else
        command->handler(call);
}

/* The frame could not be read, or names something this door does not have. */
static void refuse_frame(struct call *call, enum status status, const struct wire_frame *frame)
{
    struct session *session = hub_find_session(call->env->hub, call->origin_id);
    uint64_t session_id = call->origin_id;
    struct ops_env *env = call->env;
    uint64_t wait_ms = charge(call->env, call->who, MALFORMED_COST, 0);
    bool give_up = ++presence_of(session)->malformed > PRESENCE_MALFORMED_MAX || wait_ms > 0;
    call_fail_field(call, status, status == STATUS_INVALID_FIELD ? frame->problem.field : "");
    session = hub_find_session(env->hub, session_id);
    if (give_up && session != NULL)
        session_close(session, WIRE_CLOSE_REASON_PROTOCOL_ERROR, 0);
}

static enum status read_frame(struct call *call, const uint8_t *bytes, size_t len,
                              struct wire_frame *frame)
{
    uint8_t *copy = arena_alloc(&call->arena, len);
    if (len > 0)
        memcpy(copy, bytes, len);
    enum status status = wire_decode(copy, len, &call->arena, frame);
    call->seq = frame->seq;
    call->code = frame->code;
    if (status != STATUS_OK)
        return status;
    call->body = frame->body;
    call->scope_id = frame->scope_id;
    call->command = command_find(frame->code);
    if (call->command == NULL || frame->info->door != WIRE_DOOR_SOCKET)
        return STATUS_UNKNOWN_OPERATION;
    return STATUS_OK;
}

/* Somebody who is known says something. */
static void run_frame(struct ops_env *env, struct session *session, const uint8_t *bytes,
                      size_t len)
{
    struct presence *presence = presence_of(session);
    if (presence->expires_at <= clock_wall_ms()) {
        session_close(session, WIRE_CLOSE_REASON_LOGGED_OUT, 0);
        return;
    }
    struct call *call = call_create(env, presence->who);
    call->origin = CALL_FROM_SESSION;
    call->origin_id = session->id;
    presence->open_calls++;
    struct wire_frame frame = {0};
    enum status status = read_frame(call, bytes, len, &frame);
    if (status != STATUS_OK) {
        refuse_frame(call, status, &frame);
        return;
    }
    if (presence->state == PRESENCE_GREETING && call->code != WIRE_HELLO) {
        call_fail(call, STATUS_UNAUTHENTICATED);
        session_close(session, WIRE_CLOSE_REASON_PROTOCOL_ERROR, 0);
        return;
    }
    if (presence->open_calls > PRESENCE_CALLS_MAX)
        call_fail(call, STATUS_BUSY);
    else
        proceed(call, false, 0);
}

void dispatch_frame(struct ops_env *env, uint64_t session_id, const uint8_t *bytes, size_t len)
{
    struct session *session = hub_find_session(env->hub, session_id);
    struct presence *presence = presence_of(session);
    if (presence == NULL || session->state != SESSION_OPEN)
        return;
    if (presence->state == PRESENCE_GREETING ||
        (presence->state == PRESENCE_LIVE && presence->held == NULL)) {
        run_frame(env, session, bytes, len);
        return;
    }
    if (presence_hold(presence, bytes, len) != STATUS_OK)
        session_close(session, WIRE_CLOSE_REASON_PROTOCOL_ERROR, 0);
}

void dispatch_held(struct ops_env *env, uint64_t session_id)
{
    for (;;) {
        struct session *session = hub_find_session(env->hub, session_id);
        struct presence *presence = presence_of(session);
        if (presence == NULL || session->state != SESSION_OPEN ||
            (presence->state != PRESENCE_GREETING && presence->state != PRESENCE_LIVE))
            return;
        struct held_frame *frame = presence_unhold(presence);
        if (frame == NULL)
            return;
        run_frame(env, session, frame->bytes, frame->len);
        mem_free(frame);
    }
}

void dispatch_request(struct ops_env *env, const struct dispatch_request *request)
{
    static const struct principal guest = {.kind = PRINCIPAL_GUEST};
    struct call *call = call_create(env, request->who != NULL ? request->who : &guest);
    call->origin = CALL_FROM_HTTP;
    call->origin_id = request->request_id;
    call->code = request->code;
    call->body = request->body;
    call->door = request->door;
    call->taken = *request->arena;
    *request->arena = (struct arena){0};
    call->command = command_find(request->code);
    if (call->command == NULL)
        call_fail(call, STATUS_UNKNOWN_OPERATION);
    else
        proceed(call, request->is_paid, request->address_key);
}
