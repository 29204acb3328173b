#include "rules/alert_flow.h"

#include <stddef.h>

#include "base/mem.h"

#define MINUTES (60LL * 1000)
#define HOURS (60 * MINUTES)

typedef bool (*guard_fn)(const struct alert_facts *facts);

struct alert_move {
    enum wire_alert_state from;
    enum alert_event event;
    guard_fn guard; /* NULL: always */
    enum wire_alert_state next;
};

static bool contact_is_sufficient(const struct alert_facts *facts)
{
    return facts->contact_sufficient;
}

static bool outcome_is_final(const struct alert_facts *facts)
{
    return facts->outcome_final;
}

static bool outcome_needs_followup(const struct alert_facts *facts)
{
    return !facts->outcome_final;
}

static bool may_give_up(const struct alert_facts *facts)
{
    return facts->ladder_exhausted && facts->second_approver;
}

/* Money at risk now is never dropped by the clock: only medium and low expire as unhandled. */
static bool expires_unhandled(const struct alert_facts *facts)
{
    return facts->level == WIRE_ALERT_LEVEL_MEDIUM || facts->level == WIRE_ALERT_LEVEL_LOW;
}

/* state, event, guard, next state */
static const struct alert_move moves[] = {
    {WIRE_ALERT_STATE_RECEIVED, ALERT_DISPATCH, NULL, WIRE_ALERT_STATE_DISPATCHED},
    {WIRE_ALERT_STATE_RECEIVED, ALERT_CANCEL, NULL, WIRE_ALERT_STATE_CANCELLED},
    {WIRE_ALERT_STATE_RECEIVED, ALERT_EXPIRE, expires_unhandled, WIRE_ALERT_STATE_EXPIRED},
    {WIRE_ALERT_STATE_DISPATCHED, ALERT_ACK, NULL, WIRE_ALERT_STATE_ACKNOWLEDGED},
    {WIRE_ALERT_STATE_DISPATCHED, ALERT_CANCEL, NULL, WIRE_ALERT_STATE_CANCELLED},
    {WIRE_ALERT_STATE_DISPATCHED, ALERT_EXPIRE, expires_unhandled, WIRE_ALERT_STATE_EXPIRED},
    {WIRE_ALERT_STATE_ACKNOWLEDGED, ALERT_UNCLAIM, NULL, WIRE_ALERT_STATE_DISPATCHED},
    {WIRE_ALERT_STATE_ACKNOWLEDGED, ALERT_ACK_TIMEOUT, NULL, WIRE_ALERT_STATE_DISPATCHED},
    {WIRE_ALERT_STATE_ACKNOWLEDGED, ALERT_EN_ROUTE, NULL, WIRE_ALERT_STATE_CONTACTING},
    {WIRE_ALERT_STATE_ACKNOWLEDGED, ALERT_CANCEL, NULL, WIRE_ALERT_STATE_CANCELLED},
    {WIRE_ALERT_STATE_CONTACTING, ALERT_CONTACT, contact_is_sufficient, WIRE_ALERT_STATE_CONTACTED},
    {WIRE_ALERT_STATE_CONTACTING, ALERT_GIVE_UP, may_give_up, WIRE_ALERT_STATE_CLOSED},
    {WIRE_ALERT_STATE_CONTACTING, ALERT_CANCEL, NULL, WIRE_ALERT_STATE_CANCELLED},
    {WIRE_ALERT_STATE_CONTACTED, ALERT_OUTCOME, outcome_is_final, WIRE_ALERT_STATE_CLOSED},
    {WIRE_ALERT_STATE_CONTACTED, ALERT_OUTCOME, outcome_needs_followup, WIRE_ALERT_STATE_FOLLOWUP},
    {WIRE_ALERT_STATE_CONTACTED, ALERT_CANCEL, NULL, WIRE_ALERT_STATE_CANCELLED},
    {WIRE_ALERT_STATE_FOLLOWUP, ALERT_SAFE, NULL, WIRE_ALERT_STATE_CLOSED},
    {WIRE_ALERT_STATE_FOLLOWUP, ALERT_RELAPSE, NULL, WIRE_ALERT_STATE_DISPATCHED},
    {WIRE_ALERT_STATE_FOLLOWUP, ALERT_CANCEL, NULL, WIRE_ALERT_STATE_CANCELLED},
};

enum status alert_flow_next(enum wire_alert_state state, enum alert_event event,
                            const struct alert_facts *facts, enum wire_alert_state *next)
{
    for (size_t i = 0; i < ARRAY_LEN(moves); i++) {
        const struct alert_move *move = &moves[i];
        if (move->from != state || move->event != event)
            continue;
        if (move->guard != NULL && !move->guard(facts))
            continue;
        *next = move->next;
        return STATUS_OK;
    }
    return STATUS_CONFLICT;
}

bool alert_state_is_terminal(enum wire_alert_state state)
{
    return state == WIRE_ALERT_STATE_CLOSED || state == WIRE_ALERT_STATE_CANCELLED ||
           state == WIRE_ALERT_STATE_EXPIRED;
}

int64_t alert_ack_timeout_ms(enum wire_alert_level level)
{
    switch (level) {
    case WIRE_ALERT_LEVEL_CRITICAL:
        return 5 * MINUTES;
    case WIRE_ALERT_LEVEL_HIGH:
        return 10 * MINUTES;
    case WIRE_ALERT_LEVEL_MEDIUM:
        return 60 * MINUTES;
    case WIRE_ALERT_LEVEL_LOW:
        break;
    }
    return 0;
}

int64_t alert_default_expiry_ms(enum wire_alert_level level)
{
    switch (level) {
    case WIRE_ALERT_LEVEL_CRITICAL:
        return 6 * HOURS;
    case WIRE_ALERT_LEVEL_HIGH:
        return 24 * HOURS;
    case WIRE_ALERT_LEVEL_MEDIUM:
    case WIRE_ALERT_LEVEL_LOW:
        break;
    }
    return 72 * HOURS;
}
