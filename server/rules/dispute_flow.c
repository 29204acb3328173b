#include "rules/dispute_flow.h"

#include <stddef.h>

#include "base/mem.h"

typedef enum status (*guard_fn)(const struct dispute_facts *facts);

struct dispute_move {
    uint32_t from; /* set of states */
    enum wire_dispute_event event;
    guard_fn guard;               /* NULL: always */
    enum wire_dispute_state next; /* 0: the same */
};

#define IN(state) (1u << WIRE_DISPUTE_STATE_##state)
#define NOTHING   (1u << 0)
#define SAME      ((enum wire_dispute_state)0)
#define TO(state) WIRE_DISPUTE_STATE_##state
#define ON(event) WIRE_DISPUTE_EVENT_##event

#define BEFORE_TALKS (IN(SUBMITTED) | IN(ACCEPTED) | IN(ASSIGNED))
#define WORKED_ON    (IN(ACCEPTED) | IN(ASSIGNED) | IN(MEDIATING) | IN(PAUSED) | IN(UNSETTLED))
#define AFTER_TALKS  (IN(AGREED) | IN(PERFORMING) | IN(REVISITING) | IN(TRACKING))
#define OPEN         (IN(SUBMITTED) | WORKED_ON | AFTER_TALKS)
#define ENDED                                                                                      \
    (IN(CLOSED_RESOLVED) | IN(CLOSED_UNRESOLVED) | IN(REJECTED) | IN(WITHDRAWN) | IN(MERGED))
#define REOPENABLE                                                                                 \
    (IN(CLOSED_RESOLVED) | IN(CLOSED_UNRESOLVED) | IN(REJECTED) | IN(WITHDRAWN) | IN(REFERRED))

static enum status allow(bool yes)
{
    return yes ? STATUS_OK : STATUS_CONFLICT;
}

static enum status place_is_known(const struct dispute_facts *facts)
{
    return allow(facts->place_known);
}

static enum status is_the_same_quarrel(const struct dispute_facts *facts)
{
    return allow(facts->same_quarrel && facts->target_open);
}

static enum status says_why(const struct dispute_facts *facts)
{
    return allow(facts->has_public_reason);
}

/* Mediation needs every legal question answered, and none of the answers against it. */
static enum status law_allows(const struct dispute_facts *facts)
{
    if (facts->guard_forbids)
        return STATUS_MEDIATION_FORBIDDEN;
    return allow(facts->guard_answered);
}

static bool is_blue(const struct dispute_facts *facts)
{
    return facts->colour == WIRE_DISPUTE_COLOUR_BLUE;
}

/* The head of a grid accepts what is blue. */
static enum status may_be_accepted(const struct dispute_facts *facts)
{
    enum status status = law_allows(facts);
    if (status != STATUS_OK)
        return status;
    return allow(facts->classified && (facts->role != WIRE_ROLE_GRID_CHIEF || is_blue(facts)));
}

/* A grid worker settles what is blue; everything else is for the police. */
static enum status settles_on_scene(const struct dispute_facts *facts)
{
    enum status status = may_be_accepted(facts);
    if (status != STATUS_OK)
        return status;
    return allow(
        facts->both_agree && facts->guard_all_no &&
        (facts->role != WIRE_ROLE_GRID_WORKER || is_blue(facts)));
}

static enum status may_be_given_to(const struct dispute_facts *facts)
{
    enum status status = law_allows(facts);
    return status != STATUS_OK ? status : allow(facts->lead_available && !facts->lead_is_party);
}

static enum status may_begin(const struct dispute_facts *facts)
{
    enum status status = law_allows(facts);
    if (status != STATUS_OK)
        return status;
    return allow(facts->is_lead && facts->party_consents && !facts->guardian_missing);
}

static enum status may_pause(const struct dispute_facts *facts)
{
    return allow(facts->pause_left && (facts->is_lead || facts->is_officer));
}

static enum status may_resume(const struct dispute_facts *facts)
{
    return allow(facts->is_lead || facts->is_officer || facts->is_system);
}

static enum status all_have_signed(const struct dispute_facts *facts)
{
    return allow(facts->all_signed);
}

static enum status came_to_nothing(const struct dispute_facts *facts)
{
    return allow(facts->is_lead && (facts->joint_held || facts->party_refuses));
}

static enum status may_try_again(const struct dispute_facts *facts)
{
    enum status status = law_allows(facts);
    if (status != STATUS_OK)
        return status;
    return allow(!facts->limit_exceeded && (facts->is_lead || facts->is_officer));
}

static enum status both_want_it_now(const struct dispute_facts *facts)
{
    enum status status = law_allows(facts);
    return status != STATUS_OK ? status : allow(facts->both_consent && facts->reason_given);
}

static enum status nothing_more_to_do(const struct dispute_facts *facts)
{
    return allow(facts->parties_gone_or_180d);
}

static enum status has_obligations(const struct dispute_facts *facts)
{
    return allow(facts->obligations);
}

static enum status has_no_obligations(const struct dispute_facts *facts)
{
    return allow(!facts->obligations);
}

static enum status all_is_done(const struct dispute_facts *facts)
{
    return allow(facts->obligations_done);
}

static enum status broken_but_willing(const struct dispute_facts *facts)
{
    return allow(facts->breach_recorded && facts->parties_willing);
}

static enum status broken_and_unwilling(const struct dispute_facts *facts)
{
    return allow(facts->breach_recorded && !facts->parties_willing);
}

static enum status is_resolved(const struct dispute_facts *facts)
{
    return allow(facts->resolved);
}

static enum status officer_says_same(const struct dispute_facts *facts)
{
    return allow(facts->same_quarrel && facts->is_officer);
}

/* Who reported it, unless there is danger: then an officer has to say so. */
static enum status may_be_withdrawn(const struct dispute_facts *facts)
{
    return allow(facts->is_officer || (facts->is_reporter && !facts->risk));
}

static enum status may_be_reopened(const struct dispute_facts *facts)
{
    return allow(facts->reason_given &&
                 (facts->is_officer || (facts->is_reporter && facts->within_180d)));
}

static enum status is_the_clock(const struct dispute_facts *facts)
{
    return allow(facts->is_system);
}

/* states, event, guard, next state */
static const struct dispute_move moves[] = {
    /* D1  */ {NOTHING, ON(SUBMIT), place_is_known, TO(SUBMITTED)},
    /* D2  */ {IN(SUBMITTED), ON(MERGE), is_the_same_quarrel, TO(MERGED)},
    /* D3  */ {IN(SUBMITTED), ON(REJECT), says_why, TO(REJECTED)},
    /* D4  */ {IN(SUBMITTED) | WORKED_ON, ON(REFER), says_why, TO(REFERRED)},
    /* D5  */ {IN(SUBMITTED), ON(ACCEPT), may_be_accepted, TO(ACCEPTED)},
    /* D5b */ {IN(SUBMITTED) | IN(ACCEPTED), ON(SETTLE_ON_SCENE), settles_on_scene, TO(REVISITING)},
    /* D6  */ {IN(ACCEPTED), ON(ASSIGN), may_be_given_to, TO(ASSIGNED)},
    /* D6, its return timer */ {IN(ASSIGNED), ON(GIVE_BACK), is_the_clock, TO(ACCEPTED)},
    /* D7  */ {IN(ASSIGNED), ON(START), may_begin, TO(MEDIATING)},
    /* D8  */ {IN(MEDIATING), ON(PAUSE), may_pause, TO(PAUSED)},
    /* D9  */ {IN(PAUSED), ON(RESUME), may_resume, TO(MEDIATING)},
    /* D10 */ {IN(MEDIATING), ON(AGREE), all_have_signed, TO(AGREED)},
    /* D11 */ {IN(MEDIATING), ON(UNSETTLE), came_to_nothing, TO(UNSETTLED)},
    /* D12 */ {IN(UNSETTLED), ON(RETRY), may_try_again, TO(MEDIATING)},
    /* D13 */ {IN(UNSETTLED), ON(TRACK), NULL, TO(TRACKING)},
    /* D14 */ {IN(TRACKING), ON(RETRY), both_want_it_now, TO(MEDIATING)},
    /* D15 */ {IN(TRACKING), ON(CLOSE_UNRESOLVED), nothing_more_to_do, TO(CLOSED_UNRESOLVED)},
    /* D16 */ {IN(AGREED), ON(PERFORM), has_obligations, TO(PERFORMING)},
    /* D16 */ {IN(AGREED), ON(PERFORM), has_no_obligations, TO(REVISITING)},
    /* D17 */ {IN(PERFORMING), ON(FULFIL), all_is_done, TO(REVISITING)},
    /* D18 */ {IN(PERFORMING), ON(BREACH), broken_but_willing, TO(MEDIATING)},
    /* D19 */ {IN(PERFORMING), ON(REFER), broken_and_unwilling, TO(REFERRED)},
    /* D20 */ {IN(REVISITING), ON(RESOLVE), is_resolved, TO(CLOSED_RESOLVED)},
    /* D21 */ {IN(REVISITING), ON(RECUR), NULL, TO(ACCEPTED)},
    /* D22 */ {BEFORE_TALKS | IN(MEDIATING), ON(WITHDRAW), may_be_withdrawn, TO(WITHDRAWN)},
    /* D23 */ {REOPENABLE, ON(REOPEN), may_be_reopened, TO(ACCEPTED)},
    /* D24 */ {IN(CLOSED_RESOLVED), ON(RECUR), officer_says_same, TO(ACCEPTED)},
    /* D25 */ {OPEN, ON(COLOUR), NULL, SAME},
    /* What changes no state: the answers to the legal questions, words, and passed times. */
    {IN(SUBMITTED) | WORKED_ON, ON(CLASSIFY), NULL, SAME},
    {OPEN | IN(REFERRED), ON(ADD), NULL, SAME},
    {OPEN | IN(REFERRED) | ENDED, ON(NOTE), NULL, SAME},
    {OPEN | IN(REFERRED), ON(DEADLINE), is_the_clock, SAME},
    {OPEN | IN(REFERRED), ON(WARNING), is_the_clock, SAME},
};

enum status dispute_flow_next(enum wire_dispute_state state, enum wire_dispute_event event,
                              const struct dispute_facts *facts, enum wire_dispute_state *next)
{
    enum status refusal = STATUS_CONFLICT;
    for (size_t i = 0; i < ARRAY_LEN(moves); i++) {
        const struct dispute_move *move = &moves[i];
        if ((move->from & (1u << state)) == 0 || move->event != event)
            continue;
        enum status status = move->guard != NULL ? move->guard(facts) : STATUS_OK;
        if (status == STATUS_OK) {
            *next = move->next != SAME ? move->next : state;
            return STATUS_OK;
        }
        refusal = status;
    }
    return refusal;
}

bool dispute_flow_has(enum wire_dispute_state state, enum wire_dispute_event event)
{
    for (size_t i = 0; i < ARRAY_LEN(moves); i++)
        if ((moves[i].from & (1u << state)) != 0 && moves[i].event == event)
            return true;
    return false;
}

bool dispute_state_is_terminal(enum wire_dispute_state state)
{
    return ((1u << state) & ENDED) != 0;
}

#define T(timer) DISPUTE_TIMER_BIT(WIRE_DISPUTE_TIMER_##timer)

/* Every state that is not the end has one: nothing waits for ever. */
static const uint32_t state_timers[WIRE_DISPUTE_STATE_MAX + 1] = {
    [TO(SUBMITTED)] = T(FIRST_RESPONSE) | T(ACCEPT_BY),
    [TO(ACCEPTED)] = T(FIRST_SESSION_BY) | T(SETTLE_TARGET),
    [TO(ASSIGNED)] = T(FIRST_SESSION_BY) | T(SETTLE_TARGET) | T(RETURN),
    [TO(MEDIATING)] = T(SETTLE_TARGET),
    [TO(PAUSED)] = T(SETTLE_TARGET) | T(PAUSE_LIMIT),
    [TO(AGREED)] = T(REVISIT),
    [TO(PERFORMING)] = T(REVISIT),
    [TO(REVISITING)] = T(REVISIT),
    [TO(UNSETTLED)] = T(SETTLE_TARGET) | T(CHOOSE_BY),
    [TO(TRACKING)] = T(TRACKING),
    [TO(REFERRED)] = T(RETURN_CHECK),
};

uint32_t dispute_state_timers(enum wire_dispute_state state)
{
    return state_timers[state];
}
