#include "ops/operations.h"
#include "ops/person/person_env.h"
#include "store/person_store.h"

static void on_marked(void *ctx, enum status status);

/* 1. What it is worth; the team sees it by the listening link. */
void op_person_sighting_mark(struct call *call)
{
    const struct wire_person_sighting_mark *body = CALL_BODY(call, person_sighting_mark);
    if (body->state == WIRE_SIGHTING_STATE_NEW) {
        call_fail_field(call, STATUS_INVALID_FIELD, "state");
        return;
    }
    person_store_mark(call->env->person->store,
                      &(struct person_mark){
                          .person_id = body->person_id,
                          .sighting_id = body->sighting_id,
                          .state = body->state,
                          .actor_id = call->who->account_id,
                          .role_used = call->role,
                      },
                      on_marked, call);
}

/* 2. */
static void on_marked(void *ctx, enum status status)
{
    call_finish(ctx, status);
}
