#include "rules/person_flow.h"

#include <stddef.h>

#include "base/mem.h"

#define MINUTES (60LL * 1000)
#define HOURS   (60 * MINUTES)

#define ROLE(name) (1u << WIRE_ROLE_##name)
#define CLOCK      1u /* role 0 */
#define OFFICERS   (ROLE(OFFICER) | ROLE(DISPATCHER) | ROLE(STATION_LEADER))
#define HANDING    (OFFICERS | ROLE(AUXILIARY))
#define RESPONDERS (HANDING | ROLE(GRID_WORKER) | ROLE(GRID_CHIEF) | ROLE(VOLUNTEER) | ROLE(CADRE))
#define COMMAND    (ROLE(DISPATCHER) | ROLE(STATION_LEADER))
#define ANYBODY    (~CLOCK)

typedef bool (*guard_fn)(const struct person_facts *facts);

struct person_move {
    enum wire_person_state from;
    enum person_event event;
    unsigned roles;
    enum wire_person_state next;
    guard_fn guard; /* NULL: always */
};

static bool is_verified(const struct person_facts *facts)
{
    return facts->reporter_checked && facts->consents && facts->risk_known;
}

static bool claim_is_recorded(const struct person_facts *facts)
{
    return facts->claim_recorded;
}

static bool is_handed_over(const struct person_facts *facts)
{
    return facts->identity_checked && facts->handover_recorded;
}

static bool two_agree(const struct person_facts *facts)
{
    return facts->two_people;
}

static bool ring_widens(const struct person_facts *facts)
{
    return facts->widens;
}

#define REPORTED     WIRE_PERSON_STATE_REPORTED
#define VERIFYING    WIRE_PERSON_STATE_VERIFYING
#define ACTIVE       WIRE_PERSON_STATE_ACTIVE
#define SUSPENDED    WIRE_PERSON_STATE_SUSPENDED
#define LOCATED      WIRE_PERSON_STATE_LOCATED
#define REUNITED     WIRE_PERSON_STATE_REUNITED
#define CLOSED_OTHER WIRE_PERSON_STATE_CLOSED_OTHER
#define CANCELLED    WIRE_PERSON_STATE_CANCELLED

/* state, event, who, next state, guard */
static const struct person_move moves[] = {
    {REPORTED, PERSON_VERIFY, CLOCK, VERIFYING, NULL},
    {REPORTED, PERSON_CANCEL, OFFICERS, CANCELLED, NULL},
    {VERIFYING, PERSON_ACTIVATE, OFFICERS, ACTIVE, is_verified},
    {VERIFYING, PERSON_REJECT, OFFICERS, CANCELLED, NULL},
    {VERIFYING, PERSON_CANCEL, OFFICERS, CANCELLED, NULL},
    {ACTIVE, PERSON_WIDEN, COMMAND | CLOCK, ACTIVE, ring_widens},
    {ACTIVE, PERSON_OBJECT, ANYBODY, SUSPENDED, claim_is_recorded},
    {ACTIVE, PERSON_LOCATED, RESPONDERS, LOCATED, NULL},
    {ACTIVE, PERSON_CLOSE, OFFICERS, CLOSED_OTHER, two_agree},
    {ACTIVE, PERSON_CANCEL, OFFICERS, CANCELLED, NULL},
    {SUSPENDED, PERSON_RESUME, OFFICERS, ACTIVE, NULL},
    {SUSPENDED, PERSON_CANCEL, OFFICERS, CANCELLED, NULL},
    {LOCATED, PERSON_REUNITED, HANDING, REUNITED, is_handed_over},
    {LOCATED, PERSON_NOT_SAME, OFFICERS, ACTIVE, NULL},
    {LOCATED, PERSON_CLOSE, OFFICERS, CLOSED_OTHER, two_agree},
    {LOCATED, PERSON_CANCEL, OFFICERS, CANCELLED, NULL},
};

enum status person_flow_next(enum wire_person_state state, enum person_event event,
                             const struct person_facts *facts, enum wire_person_state *next)
{
    for (size_t i = 0; i < ARRAY_LEN(moves); i++) {
        const struct person_move *move = &moves[i];
        if (move->from != state || move->event != event)
            continue;
        if ((move->roles & (1u << facts->role)) == 0)
            return STATUS_NOT_FOUND;
        if (move->guard != NULL && !move->guard(facts))
            return STATUS_CONFLICT;
        *next = move->next;
        return STATUS_OK;
    }
    return STATUS_CONFLICT;
}

bool person_state_is_terminal(enum wire_person_state state)
{
    return state == REUNITED || state == CLOSED_OTHER || state == CANCELLED;
}

bool person_state_is_public(enum wire_person_state state)
{
    return state == ACTIVE;
}

bool person_move_hides(enum wire_person_state from, enum wire_person_state to)
{
    bool was_shown = from == ACTIVE || from == SUSPENDED || from == LOCATED;
    return (from == ACTIVE && to != ACTIVE) || (was_shown && person_state_is_terminal(to));
}

bool person_age_is_minor(enum wire_age_band age)
{
    return age >= WIRE_AGE_BAND_UNDER_3 && age <= WIRE_AGE_BAND_FROM_14;
}

bool person_consent_suffices(const struct person_consent_facts *facts)
{
    switch (facts->consent) {
    case WIRE_PERSON_CONSENT_GUARDIAN:
        return true;
    case WIRE_PERSON_CONSENT_REPORTER:
        return !facts->is_minor && !facts->has_dementia;
    case WIRE_PERSON_CONSENT_DUTY_NOTE:
        return facts->has_duty_note;
    }
    return false;
}

bool person_risk_is_high(enum wire_age_band age, const enum wire_person_risk *risks, uint32_t count)
{
    if (age >= WIRE_AGE_BAND_UNDER_3 && age <= WIRE_AGE_BAND_FROM_7)
        return true;
    for (uint32_t i = 0; i < count; i++)
        if (risks[i] == WIRE_PERSON_RISK_CHILD || risks[i] == WIRE_PERSON_RISK_DEMENTIA ||
            risks[i] == WIRE_PERSON_RISK_SELF_HARM)
            return true;
    return false;
}

bool person_closing_agrees(const struct person_closing *closing, uint64_t account_id,
                           enum wire_role role, enum wire_person_outcome outcome, int64_t now_ms)
{
    bool leader =
        role == WIRE_ROLE_STATION_LEADER || closing->proposed_role == WIRE_ROLE_STATION_LEADER;
    return closing->proposed_by != 0 && closing->proposed_by != account_id && leader &&
           closing->proposed_outcome == outcome && now_ms < closing->proposed_until;
}

bool person_ring_widens(enum wire_person_ring ring, enum wire_person_ring wanted)
{
    return wanted > ring && wanted <= WIRE_PERSON_RING_STATION;
}

enum wire_person_ring person_first_ring(enum wire_person_risk_class risk)
{
    return risk == WIRE_PERSON_RISK_CLASS_HIGH ? WIRE_PERSON_RING_STATION
                                               : WIRE_PERSON_RING_COMMUNITY;
}

int64_t person_widen_after_ms(enum wire_person_ring ring)
{
    /* ring, how long until the next; the rings beyond the station are not served yet */
    static const int64_t after[] = {
        [WIRE_PERSON_RING_COMMUNITY] = 10 * MINUTES,
        [WIRE_PERSON_RING_STATION] = 0,
        [WIRE_PERSON_RING_DISTRICT] = 0,
        [WIRE_PERSON_RING_CITY] = 0,
    };
    return (size_t)ring < ARRAY_LEN(after) ? after[ring] : 0;
}

/* state, timer, who is told after how long: the last rung repeats until somebody acts */
static const struct person_ladder {
    enum wire_person_state state;
    const char *name;
    struct {
        int64_t wait_ms;
        enum wire_role tells;
    } rungs[3];
} ladders[] = {
    {REPORTED,
     "verify_by",
     {{5 * MINUTES, WIRE_ROLE_DISPATCHER},
      {5 * MINUTES, WIRE_ROLE_STATION_LEADER},
      {10 * MINUTES, WIRE_ROLE_STATION_LEADER}}},
    {VERIFYING,
     "verify_by",
     {{5 * MINUTES, WIRE_ROLE_DISPATCHER},
      {5 * MINUTES, WIRE_ROLE_STATION_LEADER},
      {10 * MINUTES, WIRE_ROLE_STATION_LEADER}}},
    {ACTIVE,
     "review_by",
     {{24 * HOURS, WIRE_ROLE_STATION_LEADER},
      {24 * HOURS, WIRE_ROLE_STATION_LEADER},
      {24 * HOURS, WIRE_ROLE_STATION_LEADER}}},
    {SUSPENDED,
     "decide_by",
     {{5 * MINUTES, WIRE_ROLE_DISPATCHER},
      {5 * MINUTES, WIRE_ROLE_STATION_LEADER},
      {10 * MINUTES, WIRE_ROLE_STATION_LEADER}}},
    {LOCATED,
     "hand_over_by",
     {{1 * HOURS, WIRE_ROLE_DISPATCHER},
      {1 * HOURS, WIRE_ROLE_STATION_LEADER},
      {2 * HOURS, WIRE_ROLE_STATION_LEADER}}},
};

struct person_deadline person_deadline_of(enum wire_person_state state, uint32_t rung)
{
    for (size_t i = 0; i < ARRAY_LEN(ladders); i++) {
        if (ladders[i].state != state)
            continue;
        size_t last = ARRAY_LEN(ladders[i].rungs) - 1;
        size_t at = rung < last ? rung : last;
        return (struct person_deadline){ladders[i].name, ladders[i].rungs[at].wait_ms,
                                        ladders[i].rungs[at].tells};
    }
    return (struct person_deadline){NULL, 0, 0};
}

bool person_take_down_suffices(uint64_t told, uint64_t confirmed)
{
    return confirmed * 100 >= told * PERSON_TAKE_DOWN_PERCENT;
}
