#include "ops/dispute/dispute_step.h"

#include "base/clock.h"
#include "store/calendar_store.h"

#define TRIES_MAX 4

static void on_loaded(void *ctx, enum status status, struct arena *arena,
                      const struct dispute_loaded *loaded, uint32_t count);
static void on_written(void *ctx, enum status status, uint32_t state_version);

struct dispute_step *dispute_step_make(struct call *call, uint64_t dispute_id,
                                       uint32_t expected_version, enum wire_dispute_event event)
{
    struct dispute_step *step = arena_alloc(&call->arena, sizeof(*step));
    step->call = call;
    step->dispute_id = dispute_id;
    step->expected_version = expected_version;
    step->command = (struct dispute_command){
        .event = event,
        .actor_id = call->who->account_id,
        .role = call->role,
        .as_reporter = call->facts.is_party,
    };
    return step;
}

struct wire_text dispute_step_text(bool has, struct wire_text text)
{
    return has ? text : (struct wire_text){NULL, 0};
}

/* 1. The dispute as it is now. */
void dispute_step_begin(struct dispute_step *step)
{
    const struct wire_list_id ids = {.items = &step->dispute_id, .count = 1};
    step->tries++;
    dispute_store_load(step->call->env->store, &ids, on_loaded, step);
}

/* Which field is to blame, where it is one: what the law or the form wants is missing. */
static void refuse(struct dispute_step *step, const struct dispute_record *record,
                   enum status status)
{
    struct dispute_facts facts;
    const struct dispute_command *command = &step->command;
    dispute_plan_facts(record, command, step->call->now_ms, &facts);
    bool needs_law = command->event == WIRE_DISPUTE_EVENT_ACCEPT ||
                     command->event == WIRE_DISPUTE_EVENT_ASSIGN ||
                     command->event == WIRE_DISPUTE_EVENT_START ||
                     command->event == WIRE_DISPUTE_EVENT_SETTLE_ON_SCENE;
    if (status == STATUS_INVALID_FIELD || (status == STATUS_CONFLICT && needs_law &&
                                           dispute_flow_has(record->now.state, command->event) &&
                                           !(facts.guard_answered && facts.classified)))
        call_fail_field(step->call, STATUS_INVALID_FIELD, "assessment");
    else
        call_fail(step->call, status);
}

/* 2. What the rules say. */
static void on_loaded(void *ctx, enum status status, struct arena *arena,
                      const struct dispute_loaded *loaded, uint32_t count)
{
    struct dispute_step *step = ctx;
    struct call *call = step->call;
    (void)arena;
    if (status == STATUS_OK && count == 0)
        status = STATUS_NOT_FOUND;
    if (status != STATUS_OK) {
        call_fail(call, status);
        return;
    }
    const struct dispute_record *record = &loaded->record;
    const struct dispute_world world = {calendar_store_of(call->env->calendars, record->station_id),
                                        clock_wall_ms()};
    struct dispute_change change;
    if (step->expected_version != 0 && record->state_version != step->expected_version) {
        call_fail(call, STATUS_CONFLICT);
        return;
    }
    status = dispute_plan(record, &step->command, &world, &change);
    if (status != STATUS_OK) {
        refuse(step, record, status);
        return;
    }
    struct dispute_write write = {
        .before = record,
        .command = &step->command,
        .change = &change,
        .proposal_id = step->proposal_id,
        .writing_count = step->writing_count,
        .now = world.now,
    };
    for (uint32_t i = 0; i < step->writing_count; i++)
        write.writings[i] = step->writings[i];
    dispute_store_write(call->env->store, &write, on_written, step);
}

/* 3. It is written. */
static void on_written(void *ctx, enum status status, uint32_t state_version)
{
    struct dispute_step *step = ctx;
    if (status == STATUS_CONFLICT && step->expected_version == 0 && step->tries < TRIES_MAX) {
        dispute_step_begin(step);
        return;
    }
    if (status != STATUS_OK) {
        call_fail(step->call, status);
        return;
    }
    if (step->reply == WIRE_DISPUTE_PROPOSED) {
        const struct wire_dispute_proposed proposed = {.has_state_version = true,
                                                       .state_version = state_version};
        call_reply(step->call, WIRE_DISPUTE_PROPOSED, &proposed);
        return;
    }
    const struct wire_done done = {.has_state_version = true, .state_version = state_version};
    call_reply(step->call, WIRE_DONE, &done);
}
