#include "ops/operations.h"
#include "ops/person/transition.h"
#include "rules/content_check.h"

/* P11: false, or withdrawn; everything of it is taken down. */
void op_person_cancel(struct call *call)
{
    const struct wire_person_cancel *body = CALL_BODY(call, person_cancel);
    if (!content_has_substance(body->public_reason)) {
        call_fail_field(call, STATUS_INVALID_FIELD, "public_reason");
        return;
    }
    person_transition_begin(
        call,
        &(struct person_request){
            .person_id = body->person_id,
            .expected_version = body->expected_version,
            .event = PERSON_CANCEL,
            .name = "person.cancel",
            .record = {.public_reason = body->public_reason,
                       .reason = body->has_reason ? body->reason : (struct wire_text){NULL, 0}},
        });
}
