#include "ops/operations.h"
#include "ops/person/transition.h"
#include "rules/content_check.h"

/* Whether the consent suffices depends on who is missing; how far it goes at first, on the risk. */
static bool prepare(struct call *call, const struct person_loaded *loaded,
                    struct person_request *request)
{
    const struct wire_person_activate *body = CALL_BODY(call, person_activate);
    const struct person_record *found = &loaded->record;
    struct person_consent_facts consent = {
        .consent = body->consent,
        .is_minor = person_age_is_minor(found->card.age_band),
        .has_duty_note = body->has_duty_note && content_has_substance(body->duty_note),
    };
    for (uint32_t i = 0; i < found->risk_count; i++)
        consent.has_dementia |= found->risks[i] == WIRE_PERSON_RISK_DEMENTIA;
    request->facts.consents = person_consent_suffices(&consent);
    enum wire_person_ring ring = person_first_ring(body->risk_class);
    request->record.ring = ring > found->ring ? ring : found->ring;
    return true;
}

/* P3: checked, and shown to the halls. */
void op_person_activate(struct call *call)
{
    const struct wire_person_activate *body = CALL_BODY(call, person_activate);
    person_transition_begin(
        call, &(struct person_request){
                  .person_id = body->person_id,
                  .expected_version = body->expected_version,
                  .event = PERSON_ACTIVATE,
                  .name = "person.activate",
                  .facts = {.reporter_checked = body->reporter_checked, .risk_known = true},
                  .record = {.consent = body->consent,
                             .duty_note = body->has_duty_note ? body->duty_note
                                                              : (struct wire_text){NULL, 0},
                             .risk_class = body->risk_class},
                  .prepare = prepare,
              });
}
