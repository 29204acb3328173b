#include "ops/operations.h"
#include "ops/person/person_env.h"
#include "ops/person/person_refresh.h"
#include "ops/person/transition.h"
#include "rules/content_check.h"

static void on_loaded(void *ctx, enum status status, struct arena *arena,
                      const struct person_loaded *loaded);
static void on_proposed(void *ctx, enum status status, uint32_t state_version);
static void on_told(void *ctx, enum status status);

/* P10. 1. Is there already somebody who wants it so? */
void op_person_close(struct call *call)
{
    const struct wire_person_close *body = CALL_BODY(call, person_close);
    if (!content_has_substance(body->reason)) {
        call_fail_field(call, STATUS_INVALID_FIELD, "reason");
        return;
    }
    person_store_load(call->env->person->store, body->person_id, 0, on_loaded, call);
}

/* 2. Then it ends; else this is the first of the two, where a second could end it. */
static void on_loaded(void *ctx, enum status status, struct arena *arena,
                      const struct person_loaded *loaded)
{
    struct call *call = ctx;
    const struct wire_person_close *body = CALL_BODY(call, person_close);
    (void)arena;
    if (status != STATUS_OK) {
        call_fail(call, status);
        return;
    }
    const struct person_record *found = &loaded->record;
    if (person_closing_agrees(&found->closing, call->who->account_id, call->role, body->outcome,
                              call->now_ms)) {
        person_transition_begin(call,
                                &(struct person_request){
                                    .person_id = body->person_id,
                                    .expected_version = body->expected_version,
                                    .event = PERSON_CLOSE,
                                    .name = "person.close",
                                    .facts = {.two_people = true},
                                    .record = {.outcome = body->outcome, .reason = body->reason},
                                });
        return;
    }
    const struct person_facts agreed = {.role = call->role, .two_people = true};
    enum wire_person_state next = found->state;
    status = person_flow_next(found->state, PERSON_CLOSE, &agreed, &next);
    if (status != STATUS_OK || found->state_version != body->expected_version) {
        call_fail(call, status != STATUS_OK ? status : STATUS_CONFLICT);
        return;
    }
    person_store_propose(call->env->person->store,
                         &(struct person_proposal){
                             .person_id = found->id,
                             .seen_version = found->state_version,
                             .outcome = body->outcome,
                             .actor_id = call->who->account_id,
                             .role_used = call->role,
                             .until = call->now_ms + PERSON_PROPOSAL_MS,
                             .reason = body->reason,
                         },
                         on_proposed, call);
}

/* 3. The others in charge see that somebody waits for them. */
static void on_proposed(void *ctx, enum status status, uint32_t state_version)
{
    struct call *call = ctx;
    (void)state_version;
    if (status != STATUS_OK)
        call_fail(call, status);
    else
        person_refresh(call->env, CALL_BODY(call, person_close)->person_id, on_told, call);
}

static void on_told(void *ctx, enum status status)
{
    struct call *call = ctx;
    (void)status;
    const struct wire_done done = {.has_state_version = true,
                                   .state_version =
                                       (uint32_t)CALL_BODY(call, person_close)->expected_version};
    call_reply(call, WIRE_DONE, &done);
}
