#include "ops/operations.h"
#include "ops/person/transition.h"
#include "rules/content_check.h"

/* P4: checked, and not shown; the reporter is told why. */
void op_person_reject(struct call *call)
{
    const struct wire_person_reject *body = CALL_BODY(call, person_reject);
    if (!content_has_substance(body->public_reason)) {
        call_fail_field(call, STATUS_INVALID_FIELD, "public_reason");
        return;
    }
    person_transition_begin(
        call,
        &(struct person_request){
            .person_id = body->person_id,
            .expected_version = body->expected_version,
            .event = PERSON_REJECT,
            .name = "person.reject",
            .record = {.public_reason = body->public_reason,
                       .reason = body->has_reason ? body->reason : (struct wire_text){NULL, 0}},
        });
}
