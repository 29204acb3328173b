#include "ops/alert/transition.h"

#include "ops/alert/alert_env.h"
#include "ops/alert/alert_refresh.h"

struct transition {
    struct call *call; /* lives until its answer */
    struct transition_request request;
    uint32_t state_version; /* after it */
};

static void on_loaded(void *ctx, enum status status, struct arena *arena,
                      const struct alert_loaded *loaded);
static void on_moved(void *ctx, enum status status, const struct alert_moved *moved);
static void on_told(void *ctx, enum status status);

/* 1. The alert as it is now. */
void transition_begin(struct call *call, const struct transition_request *request)
{
    struct transition *transition = arena_alloc(&call->arena, sizeof(*transition));
    transition->call = call;
    transition->request = *request;
    alert_store_load(call->env->alert->store, request->alert_id, on_loaded, transition);
}

/* 2. What the flow says. */
static void on_loaded(void *ctx, enum status status, struct arena *arena,
                      const struct alert_loaded *loaded)
{
    struct transition *transition = ctx;
    struct call *call = transition->call;
    const struct transition_request *request = &transition->request;
    (void)arena;
    if (status != STATUS_OK) {
        call_fail(call, status);
        return;
    }
    const struct alert_record *record = &loaded->record;
    const struct alert_facts facts = {.level = record->level};
    enum wire_alert_state next = record->state;
    if (record->state_version != request->expected_version ||
        (request->claimer_only && record->claimed_by != call->who->account_id) ||
        alert_flow_next(record->state, request->event, &facts, &next) != STATUS_OK) {
        call_fail(call, STATUS_CONFLICT);
        return;
    }
    int64_t timeout = request->claims ? alert_ack_timeout_ms(record->level) : 0;
    const struct alert_transition write = {
        .alert_id = record->id,
        .seen_version = record->state_version,
        .next = next,
        .claimed_by = request->claims ? call->who->account_id : 0,
        .ack_by = timeout > 0 ? call->now_ms + timeout : 0,
        .event = request->name,
        .actor_id = call->who->account_id,
        .role_used = call->role,
        .reason = request->reason,
        .notice_state = next == WIRE_ALERT_STATE_CANCELLED && loaded->has_notice
                            ? WIRE_NOTICE_STATE_WITHDRAWN
                            : 0,
    };
    alert_store_move(call->env->alert->store, &write, on_moved, transition);
}

/* 3. It is written. */
static void on_moved(void *ctx, enum status status, const struct alert_moved *moved)
{
    struct transition *transition = ctx;
    if (status != STATUS_OK) {
        call_fail(transition->call, status);
        return;
    }
    transition->state_version = moved->state_version;
    alert_refresh(transition->call->env, transition->request.alert_id, on_told, transition);
}

/* 4. Everyone knows (or learns it by the listening link). */
static void on_told(void *ctx, enum status status)
{
    struct transition *transition = ctx;
    (void)status;
    const struct wire_done done = {.has_state_version = true,
                                   .state_version = transition->state_version};
    call_reply(transition->call, WIRE_DONE, &done);
}
