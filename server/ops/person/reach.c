#include "ops/operations.h"
#include "ops/person/person_env.h"
#include "store/person_store.h"

static void on_counted(void *ctx, enum status status, const struct wire_person_reach_counts *reach);

/* How far the search came, and its take-downs: numbers, no names. */
void op_person_reach(struct call *call)
{
    person_store_reach(call->env->person->store, CALL_BODY(call, person_reach)->person_id,
                       on_counted, call);
}

static void on_counted(void *ctx, enum status status, const struct wire_person_reach_counts *reach)
{
    struct call *call = ctx;
    if (status != STATUS_OK) {
        call_fail(call, status);
        return;
    }
    struct wire_person_reach_counts reply = *reach;
    reply.person_id = CALL_BODY(call, person_reach)->person_id;
    call_reply(call, WIRE_PERSON_REACH_COUNTS, &reply);
}
