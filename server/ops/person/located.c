#include "ops/operations.h"
#include "ops/person/transition.h"
#include "rules/content_check.h"

/* P7: seen and held safe; the picture is out of sight at once. */
void op_person_located(struct call *call)
{
    const struct wire_person_located *body = CALL_BODY(call, person_located);
    if (!content_has_substance(body->place)) {
        call_fail_field(call, STATUS_INVALID_FIELD, "place");
        return;
    }
    person_transition_begin(
        call,
        &(struct person_request){
            .person_id = body->person_id,
            .expected_version = body->expected_version,
            .event = PERSON_LOCATED,
            .name = "person.located",
            .record = {.sets_found = true,
                       .found_place = body->place,
                       .found_note = body->has_note ? body->note : (struct wire_text){NULL, 0}},
        });
}
