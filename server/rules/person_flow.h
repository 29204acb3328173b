/*
 * person_flow: how the search for a missing person (寻人) moves, as one table: state, event, who,
 * next state, guard; which deadline each state has and who is told when nobody acts. Pure: time is
 * a parameter. The moves are P1–P11 of the project's domain rules; what is not in the table is
 * refused as a conflict.
 */
#ifndef RULES_PERSON_FLOW_H
#define RULES_PERSON_FLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "wire/wire_schema.h"

enum person_event {
    PERSON_VERIFY = 1, /* P2: by itself, with the report */
    PERSON_ACTIVATE,   /* P3: checked; shown to the halls */
    PERSON_REJECT,     /* P4: checked; not shown */
    PERSON_WIDEN,      /* P5: more halls, or no more of them by the clock */
    PERSON_OBJECT,     /* P6: the person herself, or anyone with a claim */
    PERSON_RESUME,     /* P6: the claim was not right */
    PERSON_LOCATED,    /* P7: seen and held safe */
    PERSON_REUNITED,   /* P8: handed over */
    PERSON_NOT_SAME,   /* P9: it was somebody else */
    PERSON_CLOSE,      /* P10: another end */
    PERSON_CANCEL,     /* P11: false or withdrawn */
    PERSON_EVENT_COUNT,
};

/* What a guard may ask about; everything not known is false. */
struct person_facts {
    enum wire_role role;   /* the role it is done as; 0: by the clock */
    bool reporter_checked; /* who reports and what she is to the person */
    bool consents;         /* person_consent_suffices */
    bool risk_known;       /* the risk class was set */
    bool claim_recorded;
    bool identity_checked; /* of whoever takes the person home */
    bool handover_recorded;
    bool two_people; /* person_closing_agrees */
    bool widens;     /* person_ring_widens, or only the clock is stopped */
};

/* STATUS_CONFLICT: this event is not possible in this state. STATUS_NOT_FOUND: not for this role.
 * *next is unchanged by both. */
MUST_USE enum status person_flow_next(enum wire_person_state state, enum person_event event,
                                      const struct person_facts *facts,
                                      enum wire_person_state *next);

/* Reunited, closed_other, cancelled: nothing leads out of them. */
bool person_state_is_terminal(enum wire_person_state state);
/* Shown to the halls: only active. */
bool person_state_is_public(enum wire_person_state state);
/* A move between these takes card and picture out of sight: from active to anything else, and every
 * end of what was shown once. */
bool person_move_hides(enum wire_person_state from, enum wire_person_state to);

/* Consent of a guardian (or next of kin, for an adult who can decide), or the officer's own note
 * that says why nobody can be asked. */
struct person_consent_facts {
    enum wire_person_consent consent;
    bool is_minor;
    bool has_dementia;
    bool has_duty_note;
};
bool person_consent_suffices(const struct person_consent_facts *facts);
bool person_age_is_minor(enum wire_age_band age);

/* Child under 14, dementia, self-harm: units go at once, nobody waits for the check (P2). */
bool person_risk_is_high(enum wire_age_band age, const enum wire_person_risk *risks,
                         uint32_t count);

/* The two-person rule of P10: another person agrees in time with the same outcome, and one of the
 * two leads the station. */
#define PERSON_PROPOSAL_MS (30LL * 60 * 1000)
struct person_closing {
    uint64_t proposed_by; /* 0: nobody has */
    enum wire_role proposed_role;
    enum wire_person_outcome proposed_outcome;
    int64_t proposed_until;
};
bool person_closing_agrees(const struct person_closing *closing, uint64_t account_id,
                           enum wire_role role, enum wire_person_outcome outcome, int64_t now_ms);

/* Wider than it is, and no wider than this station serves. */
bool person_ring_widens(enum wire_person_ring ring, enum wire_person_ring wanted);
/* In which ring a search of this risk begins. */
enum wire_person_ring person_first_ring(enum wire_person_risk_class risk);
/* How long after showing it in this ring the clock widens it; 0: never. */
int64_t person_widen_after_ms(enum wire_person_ring ring);

/* Every open state has a deadline; when it passes somebody is told, and it is set anew. */
struct person_deadline {
    const char *name;     /* of the timer */
    int64_t wait_ms;      /* until the rung that follows */
    enum wire_role tells; /* who is told then */
};
/* rung: how many were told since the state began. NULL name: the state has ended. */
struct person_deadline person_deadline_of(enum wire_person_state state, uint32_t rung);

/* How long the take-down has until what is missing is reported, and how much may be missing. */
#define PERSON_TAKE_DOWN_MS      (60LL * 1000)
#define PERSON_TAKE_DOWN_PERCENT 99
bool person_take_down_suffices(uint64_t told, uint64_t confirmed);

#endif
