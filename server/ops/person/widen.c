#include "ops/operations.h"
#include "ops/person/transition.h"

/* Wider than it is, or the clock is stopped (or let go on). */
static bool prepare(struct call *call, const struct person_loaded *loaded,
                    struct person_request *request)
{
    const struct wire_person_widen *body = CALL_BODY(call, person_widen);
    const struct person_record *found = &loaded->record;
    bool frozen = body->has_frozen ? body->frozen : found->frozen;
    bool widens = body->has_ring && person_ring_widens(found->ring, body->ring);
    request->facts.widens = body->has_ring ? widens : frozen != found->frozen;
    if (widens)
        request->record.ring = body->ring;
    request->record.frozen = frozen;
    return true;
}

/* P5 */
void op_person_widen(struct call *call)
{
    const struct wire_person_widen *body = CALL_BODY(call, person_widen);
    if (!body->has_ring && !body->has_frozen) {
        call_fail_field(call, STATUS_INVALID_FIELD, "ring");
        return;
    }
    if (body->has_ring && body->ring > WIRE_PERSON_RING_STATION) {
        call_fail_field(call, STATUS_INVALID_FIELD, "ring"); /* not served yet */
        return;
    }
    person_transition_begin(call, &(struct person_request){
                                      .person_id = body->person_id,
                                      .expected_version = body->expected_version,
                                      .event = PERSON_WIDEN,
                                      .name = "person.widen",
                                      .prepare = prepare,
                                  });
}
