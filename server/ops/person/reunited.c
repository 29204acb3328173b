#include "ops/operations.h"
#include "ops/person/transition.h"
#include "rules/content_check.h"

/* P8: handed over to somebody whose identity was checked; everything of it is taken down. */
void op_person_reunited(struct call *call)
{
    const struct wire_person_reunited *body = CALL_BODY(call, person_reunited);
    if (!content_has_substance(body->recipient_name)) {
        call_fail_field(call, STATUS_INVALID_FIELD, "recipient_name");
        return;
    }
    person_transition_begin(call, &(struct person_request){
                                      .person_id = body->person_id,
                                      .expected_version = body->expected_version,
                                      .event = PERSON_REUNITED,
                                      .name = "person.reunited",
                                      .facts = {.identity_checked = body->identity_check != 0,
                                                .handover_recorded = true},
                                      .record = {.handover = body},
                                  });
}
