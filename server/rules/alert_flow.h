/*
 * alert_flow: how a fraud alert (反诈预警) moves, as one table: state, event, guard, next state,
 * and the deadlines that belong to it. Pure: time is a parameter. The moves are F1–F11 of the
 * project's domain rules; what is not in the table is refused as a conflict.
 */
#ifndef RULES_ALERT_FLOW_H
#define RULES_ALERT_FLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "wire/wire_schema.h"

enum alert_event {
    ALERT_DISPATCH = 1, /* F2: the place is known, the order goes out */
    ALERT_ACK,          /* F3: a responder takes it */
    ALERT_UNCLAIM,      /* F4: the claimer gives it back */
    ALERT_ACK_TIMEOUT,  /* F4: claimed and then silent */
    ALERT_EN_ROUTE,     /* F5: the claimer is on the way or calling */
    ALERT_CONTACT,      /* F6: met, or spoken to */
    ALERT_OUTCOME,      /* F7: an outcome is recorded */
    ALERT_SAFE,         /* F8: the last revisit found her safe */
    ALERT_RELAPSE,      /* F8b: in contact with the scammer again */
    ALERT_GIVE_UP,      /* F9: nobody could be reached */
    ALERT_CANCEL,       /* F10: by the source, a dispatcher or a leader */
    ALERT_EXPIRE,       /* F11: `expires` has passed */
    ALERT_EVENT_COUNT,
};

/* What a guard may ask about; everything not known is false. */
struct alert_facts {
    enum wire_alert_level level;
    bool contact_sufficient; /* a visit, or phone plus family; medium and low: any contact */
    bool outcome_final;      /* false_alarm or handed_to_case: no follow-up is owed */
    bool ladder_exhausted;   /* every rung was used, and 24 h have passed since dispatch */
    bool second_approver;    /* somebody else confirmed it */
};

/* STATUS_CONFLICT: this event is not possible in this state; *next is unchanged. */
MUST_USE enum status alert_flow_next(enum wire_alert_state state, enum alert_event event,
                                     const struct alert_facts *facts,
                                     enum wire_alert_state *next);

/* Closed, cancelled and expired: no acknowledgement, timer or late message leads out of them. */
bool alert_state_is_terminal(enum wire_alert_state state);

/* How long a claim lasts without progress. Milliseconds; 0: this level is not claimed. */
int64_t alert_ack_timeout_ms(enum wire_alert_level level);

/* When an alert or update that names no `expires` ends (CAP 1.2 `expires`). */
int64_t alert_default_expiry_ms(enum wire_alert_level level);

/* How far in the future a source may set `expires`. */
#define ALERT_EXPIRY_MAX_MS (30LL * 24 * 3600 * 1000)

#endif
