#include "ops/person/transition.h"

#include "ops/person/person_env.h"
#include "ops/person/person_refresh.h"
#include "rules/person_words.h"

struct transition {
    struct call *call; /* lives until its answer */
    struct person_request request;
    uint32_t state_version; /* after it */
};

static void on_loaded(void *ctx, enum status status, struct arena *arena,
                      const struct person_loaded *loaded);
static void on_moved(void *ctx, enum status status, uint32_t state_version);
static void on_told(void *ctx, enum status status);

/* 1. The search as it is now. */
void person_transition_begin(struct call *call, const struct person_request *request)
{
    struct transition *transition = arena_alloc(&call->arena, sizeof(*transition));
    transition->call = call;
    transition->request = *request;
    person_store_load(call->env->person->store, request->person_id, 0, on_loaded, transition);
}

static void fill_record(const struct call *call, const struct person_record *found,
                        struct person_request *request)
{
    struct person_transition *record = &request->record;
    record->person_id = found->id;
    record->seen_version = found->state_version;
    record->from = found->state;
    record->ring = found->ring;
    record->frozen = found->frozen;
    record->age_band = found->card.age_band;
    record->now_ms = call->now_ms;
    record->event = request->name;
    record->actor_id = call->who->account_id;
    record->role_used = call->role;
    record->duty_words = person_move_words(request->event);
}

/* 2. What the flow says. */
static void on_loaded(void *ctx, enum status status, struct arena *arena,
                      const struct person_loaded *loaded)
{
    struct transition *transition = ctx;
    struct call *call = transition->call;
    struct person_request *request = &transition->request;
    (void)arena;
    if (status != STATUS_OK) {
        call_fail(call, status);
        return;
    }
    const struct person_record *found = &loaded->record;
    if (request->expected_version != 0 && found->state_version != request->expected_version) {
        call_fail(call, STATUS_CONFLICT);
        return;
    }
    fill_record(call, found, request);
    request->record.high_risk = loaded->high_risk;
    request->facts.role = call->role;
    if (request->prepare != NULL && !request->prepare(call, loaded, request))
        status = STATUS_CONFLICT;
    if (status == STATUS_OK)
        status =
            person_flow_next(found->state, request->event, &request->facts, &request->record.next);
    if (status != STATUS_OK) {
        call_fail(call, status);
        return;
    }
    person_store_move(call->env->person->store, &request->record, on_moved, transition);
}

/* 3. It is written. */
static void on_moved(void *ctx, enum status status, uint32_t state_version)
{
    struct transition *transition = ctx;
    if (status != STATUS_OK) {
        call_fail(transition->call, status);
        return;
    }
    transition->state_version = state_version;
    person_refresh(transition->call->env, transition->request.person_id, on_told, transition);
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
