/*
 * dispute_plan: what one event makes of a dispute: the next state (dispute_flow), its colour and
 * why (dispute_colour), which deadlines begin, end, stand still or go on (dispute_timers), and who
 * is told. Everything is decided here and written by one transaction. Pure: record, command,
 * calendar and time in, change out; the random walks of the tests go through nothing else.
 */
#ifndef RULES_DISPUTE_PLAN_H
#define RULES_DISPUTE_PLAN_H

#include "base/status.h"
#include "rules/dispute_flow.h"
#include "rules/dispute_record.h"

/* What somebody wants, or what the clock says. Texts and lists are borrowed. */
struct dispute_command {
    enum wire_dispute_event event;
    uint64_t actor_id;   /* 0: the clock */
    enum wire_role role; /* as what */
    bool as_reporter;
    /* What the caller found out for the guard; false where it does not matter. */
    bool same_quarrel;
    bool target_open;
    bool lead_available;
    bool lead_is_party;
    /* What the request says. */
    const struct wire_dispute_assessment *assessment; /* NULL: nothing new */
    enum wire_dispute_colour colour;
    bool is_approved; /* a colour is lowered by a leader, or by two */
    dispute_signs signs;
    uint64_t merged_into;
    uint64_t lead_id;
    const uint64_t *panel_ids;
    uint32_t panel_count;
    bool both_agree;
    bool party_consents;
    bool guardian_present;
    bool party_refuses;
    enum wire_dispute_pause_reason pause_reason;
    enum wire_dispute_refer_target refer_target;
    enum wire_dispute_reject_code reject_code;
    enum wire_dispute_note_kind note_kind;
    enum wire_dispute_timer timer; /* which time has passed */
    struct wire_text public_reason;
    struct wire_text reason;
    /* Facts of subjects that are not here yet (sessions, agreements, revisits); for their moves. */
    struct dispute_facts later;
};

struct dispute_world {
    const struct duty_calendar *calendar; /* of the station; borrowed */
    int64_t now;
};

enum dispute_pausing { DISPUTE_PAUSE_STAYS = 0, DISPUTE_PAUSE_BEGINS, DISPUTE_PAUSE_ENDS };

/* Why the duty room and a rung are told. */
enum dispute_tell {
    DISPUTE_TELL_NOBODY = 0,
    DISPUTE_TELL_NEW,
    DISPUTE_TELL_OVERDUE,
    DISPUTE_TELL_RETURNED,
    DISPUTE_TELL_GOES_ON,
    DISPUTE_TELL_LOOK, /* it is time to look after it */
    DISPUTE_TELL_RAISED,
    DISPUTE_TELL_ANSWERED,
};

struct dispute_change {
    struct dispute_case after;
    uint32_t state_version; /* after it */
    bool ends;              /* nothing more happens with it by itself */
    /* timers, in this order: cancelled, the pause, put anew */
    uint32_t cancel; /* set of 1 << enum wire_dispute_timer */
    enum dispute_pausing pausing;
    enum wire_dispute_pause_reason pause_reason;
    struct timer_plan resumed; /* what stood still, with the due times it has now */
    struct timer_plan put;
    enum dispute_tell tell;
    enum dispute_rung tell_rung;
    enum wire_dispute_timer tell_timer; /* which time has passed; 0: none */
    bool opens_room;
    bool closes_room;
    bool sets_members;
    uint32_t member_count;
    struct dispute_part_of members[DISPUTE_MEMBERS_MAX];
    /* Says more in the time line: a reason, a target, a colour, a timer; 0: nothing. */
    unsigned code;
    bool report_to_district;
};

/* *change is written only with STATUS_OK; else as dispute_flow_next, or STATUS_INVALID_FIELD for
 * an assessment that contradicts itself. The change borrows from the command. */
MUST_USE enum status dispute_plan(const struct dispute_record *record,
                                  const struct dispute_command *command,
                                  const struct dispute_world *world, struct dispute_change *change);

/* The facts the flow is asked with. */
void dispute_plan_facts(const struct dispute_record *record, const struct dispute_command *command,
                        int64_t now, struct dispute_facts *facts);

#endif
