#include "ops/operations.h"
#include "ops/person/transition.h"
#include "rules/content_check.h"

/* P6: the objection was not right; the search is shown again. */
void op_person_resume(struct call *call)
{
    const struct wire_person_resume *body = CALL_BODY(call, person_resume);
    if (!content_has_substance(body->reason)) {
        call_fail_field(call, STATUS_INVALID_FIELD, "reason");
        return;
    }
    person_transition_begin(call, &(struct person_request){
                                      .person_id = body->person_id,
                                      .expected_version = body->expected_version,
                                      .event = PERSON_RESUME,
                                      .name = "person.resume",
                                      .record = {.reason = body->reason},
                                  });
}
