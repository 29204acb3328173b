#include "ops/operations.h"
#include "ops/person/transition.h"
#include "rules/content_check.h"

/* P9: it was somebody else; where she was seen is forgotten, the search goes on. */
void op_person_not_same(struct call *call)
{
    const struct wire_person_not_same *body = CALL_BODY(call, person_not_same);
    if (!content_has_substance(body->reason)) {
        call_fail_field(call, STATUS_INVALID_FIELD, "reason");
        return;
    }
    person_transition_begin(call, &(struct person_request){
                                      .person_id = body->person_id,
                                      .expected_version = body->expected_version,
                                      .event = PERSON_NOT_SAME,
                                      .name = "person.not_same",
                                      .record = {.reason = body->reason, .sets_found = true},
                                  });
}
