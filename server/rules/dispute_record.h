/*
 * dispute_record: one dispute as it is kept, without what people wrote: what the rules decide on.
 * Made by the store for one question; texts are borrowed from whoever filled it.
 */
#ifndef RULES_DISPUTE_RECORD_H
#define RULES_DISPUTE_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "rules/dispute_colour.h"
#include "rules/dispute_guard.h"
#include "rules/dispute_policy.h"
#include "rules/timer_plan.h"
#include "wire/wire_schema.h"

#define DISPUTE_MEMBERS_MAX 20
#define DISPUTE_PANEL_MAX   16

/* Who was told last, when nobody acted: each next is told when a time passes again. */
enum dispute_rung {
    DISPUTE_RUNG_NONE = 0,
    DISPUTE_RUNG_ASSIGNED, /* the lead, and the officer in charge */
    DISPUTE_RUNG_OFFICERS, /* of the grid or the community */
    DISPUTE_RUNG_DISPATCHER,
    DISPUTE_RUNG_LEADER,
};

/* What a move may change. */
struct dispute_case {
    enum wire_dispute_state state;
    enum wire_dispute_class dispute_class; /* 0: not said yet, like the three after it */
    enum wire_dispute_subclass subclass;
    enum wire_dispute_grade grade;
    enum wire_dispute_channel channel;
    enum wire_dispute_colour colour;
    dispute_reasons reasons; /* all that hold */
    dispute_reasons excused; /* those known when two people lowered the colour */
    dispute_signs signs;
    struct dispute_guard_answers guard;
    uint32_t people_count;
    uint32_t claim_yuan;
    uint32_t failed_sessions;
    uint64_t officer_id; /* 0: nobody, like all ids here */
    uint64_t lead_id;
    uint64_t merged_into;
    enum wire_dispute_refer_target refer_target;
    enum wire_dispute_reject_code reject_code;
    struct wire_text public_reason;
    enum dispute_rung rung;
    bool waits_for_reporter;
    bool lead_spoke;    /* since it was assigned */
    uint32_t revisit_n; /* how many revisits were due */
    int64_t state_since;
    int64_t accepted_at;     /* 0: never */
    int64_t first_answer_at; /* 0: no human of the staff has answered */
    int64_t next_due_at;     /* the earliest deadline; 0: none */
};

struct dispute_part_of {
    uint64_t account_id;
    enum wire_dispute_part part;
};

/* One timer that runs. */
struct dispute_timer_row {
    struct timer_draft draft;
    uint32_t state_version; /* under which it was made */
};

struct dispute_record {
    uint64_t id; /* 0: not there yet */
    struct wire_text no;
    uint32_t state_version;
    uint64_t station_id;
    uint64_t community_id;
    uint64_t grid_id;
    uint64_t building_id;
    uint64_t place_id;
    uint64_t reporter_id;
    uint32_t earlier_count;
    int64_t created_at;
    int64_t updated_at;
    struct dispute_case now;
    struct pause_list pauses;
    enum wire_dispute_pause_reason pause_reasons[PAUSES_MAX];
    uint32_t timer_count;
    struct dispute_timer_row timers[TIMER_PLAN_MAX];
    uint32_t member_count;
    struct dispute_part_of members[DISPUTE_MEMBERS_MAX];
    struct dispute_policy policy; /* of its station */
};

/* NULL: it does not run. */
const struct dispute_timer_row *dispute_record_timer(const struct dispute_record *record,
                                                     enum wire_dispute_timer timer);
/* It stands still now. */
bool dispute_record_is_paused(const struct dispute_record *record);
/* How long it stood still at `now`, questions to the reporter not counted. */
int64_t dispute_record_paused_ms(const struct dispute_record *record, int64_t now);

#endif
