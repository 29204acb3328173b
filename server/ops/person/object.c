#include "ops/operations.h"
#include "ops/person/transition.h"

/* That she was found, her family says; everything else, whoever sees the card. */
static bool prepare(struct call *call, const struct person_loaded *loaded,
                    struct person_request *request)
{
    bool is_family = loaded->record.reporter_id == call->who->account_id;
    return is_family || request->record.claim != WIRE_PERSON_CLAIM_FOUND;
}

/* P6: out of sight at once; an officer decides. Whatever version she saw. */
void op_person_object(struct call *call)
{
    const struct wire_person_object *body = CALL_BODY(call, person_object);
    person_transition_begin(
        call,
        &(struct person_request){
            .person_id = body->person_id,
            .event = PERSON_OBJECT,
            .name = "person.object",
            .facts = {.claim_recorded = true},
            .record = {.claim = body->claim,
                       .claim_note = body->has_note ? body->note : (struct wire_text){NULL, 0}},
            .prepare = prepare,
        });
}
