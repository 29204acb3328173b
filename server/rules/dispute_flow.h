/*
 * dispute_flow: how a dispute (矛盾纠纷) moves, as one table: states, event, guard, next state; and
 * which deadlines run in which state. The moves are D1–D25 of the project's domain rules; what is
 * not in the table is refused as a conflict. Moves of sessions, agreements and revisits are in it
 * already; their operations come with those subjects. Pure.
 */
#ifndef RULES_DISPUTE_FLOW_H
#define RULES_DISPUTE_FLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "wire/wire_schema.h"

/* Before D1: there is no dispute yet. */
#define DISPUTE_NOTHING ((enum wire_dispute_state)0)

/* What a guard may ask about; everything not known is false. */
struct dispute_facts {
    enum wire_dispute_colour colour;
    enum wire_role role; /* as what the actor acts */
    bool place_known;    /* to community level */
    bool same_quarrel;   /* merge: same place or parties; recur: an officer confirmed it */
    bool target_open;    /* merge: the other one has not ended */
    bool has_public_reason;
    bool guard_answered; /* every legal question */
    bool guard_forbids;  /* one of the answers forbids mediation */
    bool guard_all_no;
    bool classified; /* class, grade and channel are set */
    bool both_agree;
    bool lead_available; /* on duty or willing, and works there */
    bool lead_is_party;  /* conflict of interest */
    bool is_lead;        /* the actor leads it */
    bool is_officer;     /* the actor is an officer or above */
    bool is_system;      /* a deadline, not a person */
    bool is_reporter;
    bool party_consents;
    bool guardian_missing; /* a party is a minor and nobody came with her */
    bool pause_left;       /* less than sixty days in all */
    bool joint_held;       /* a joint session was held */
    bool party_refuses;
    bool all_signed;
    bool limit_exceeded; /* no further session through this channel */
    bool both_consent;
    bool reason_given;
    bool parties_gone_or_180d;
    bool obligations; /* there are obligations */
    bool obligations_done;
    bool breach_recorded;
    bool parties_willing;
    bool resolved;    /* confirmed and stable, as D20 says */
    bool risk;        /* signs of danger */
    bool within_180d; /* of the end */
};

/* The next state. STATUS_CONFLICT: this event is not possible in this state, or a guard says no;
 * STATUS_MEDIATION_FORBIDDEN: the law does. *next is unchanged then. */
MUST_USE enum status dispute_flow_next(enum wire_dispute_state state, enum wire_dispute_event event,
                                       const struct dispute_facts *facts,
                                       enum wire_dispute_state *next);

/* There is a row for this event in this state, whatever its guard. */
bool dispute_flow_has(enum wire_dispute_state state, enum wire_dispute_event event);

/* Closed, rejected, withdrawn and merged: only the listed reopens lead out. Handed over is not: its
 * return is still awaited. */
bool dispute_state_is_terminal(enum wire_dispute_state state);

/* The deadlines that run in a state, as a set of 1 << enum wire_dispute_timer. */
uint32_t dispute_state_timers(enum wire_dispute_state state);
#define DISPUTE_TIMER_BIT(timer) (1u << (timer))

#endif
