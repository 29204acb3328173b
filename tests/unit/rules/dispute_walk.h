/*
 * dispute_walk: a dispute kept in memory as the database keeps it, so that changes can be applied
 * to it one after another without one. What timer_put, timer_cancel, timer_pause and timer_resume
 * do in the schema is done here to the record.
 */
#ifndef TEST_DISPUTE_WALK_H
#define TEST_DISPUTE_WALK_H

#include <string.h>

#include "rules/dispute_plan.h"
#include "rules/dispute_timers.h"

#define WALK_OFFICER  7
#define WALK_LEAD     8
#define WALK_LEADER   9
#define WALK_REPORTER 10
#define WALK_MEDIATOR 11

static inline bool walk_is_gone(const struct dispute_timer_row *row, uint32_t set)
{
    return (set & DISPUTE_TIMER_BIT(dispute_timer_of(row->draft.name))) != 0;
}

static inline void walk_drop(struct dispute_record *record, uint32_t set)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < record->timer_count; i++)
        if (!walk_is_gone(&record->timers[i], set))
            record->timers[kept++] = record->timers[i];
    record->timer_count = kept;
}

static inline void walk_pause(struct dispute_record *record, const struct dispute_change *change,
                              int64_t now)
{
    struct pause_list *pauses = &record->pauses;
    if (change->pausing == DISPUTE_PAUSE_BEGINS) {
        record->pause_reasons[pauses->count] = change->pause_reason;
        pauses->items[pauses->count++] = (struct pause){.started_at = now};
    } else if (change->pausing == DISPUTE_PAUSE_ENDS) {
        pauses->items[pauses->count - 1].ended_at = now;
    }
}

static inline void walk_resume(struct dispute_record *record, const struct dispute_change *change)
{
    for (uint32_t i = 0; i < change->resumed.count; i++)
        for (uint32_t j = 0; j < record->timer_count; j++)
            if (strcmp(record->timers[j].draft.name, change->resumed.items[i].name) == 0)
                record->timers[j].draft.due_at = change->resumed.items[i].due_at;
}

static inline void walk_put(struct dispute_record *record, const struct dispute_change *change)
{
    uint32_t again = 0;
    for (uint32_t i = 0; i < change->put.count; i++)
        again |= DISPUTE_TIMER_BIT(dispute_timer_of(change->put.items[i].name));
    walk_drop(record, again);
    for (uint32_t i = 0; i < change->put.count; i++)
        record->timers[record->timer_count++] =
            (struct dispute_timer_row){change->put.items[i], change->state_version};
}

static inline void walk_apply(struct dispute_record *record, const struct dispute_change *change,
                              int64_t now)
{
    walk_drop(record, change->cancel);
    walk_pause(record, change, now);
    walk_resume(record, change);
    walk_put(record, change);
    record->now = change->after;
    record->state_version = change->state_version;
    if (change->sets_members) {
        record->member_count = change->member_count;
        memcpy(record->members, change->members, sizeof(record->members));
    }
}

/* Everything answered no, and classified. */
static inline const struct wire_dispute_assessment *walk_assessment(uint32_t yes)
{
    static struct wire_dispute_guard_answer answers[WIRE_DISPUTE_GUARD_MAX];
    static struct wire_dispute_assessment assessment;
    for (uint32_t i = 0; i < WIRE_DISPUTE_GUARD_MAX; i++)
        answers[i] = (struct wire_dispute_guard_answer){(enum wire_dispute_guard)(i + 1),
                                                        (yes & (2u << i)) != 0};
    assessment = (struct wire_dispute_assessment){
        .dispute_class = WIRE_DISPUTE_CLASS_PUBLIC_ORDER,
        .grade = WIRE_DISPUTE_GRADE_SIMPLE,
        .channel = WIRE_DISPUTE_CHANNEL_PEOPLES,
        .guard = {.items = answers, .count = WIRE_DISPUTE_GUARD_MAX},
    };
    return &assessment;
}

static inline struct dispute_record walk_new(void)
{
    struct dispute_record record = {
        .station_id = 1,
        .community_id = 2,
        .grid_id = 3,
        .reporter_id = WALK_REPORTER,
        .no = {"D-1", 3},
        .now = {.colour = WIRE_DISPUTE_COLOUR_BLUE},
    };
    dispute_policy_defaults(&record.policy);
    return record;
}

/* What a willing person asks for, so that every guard lets it pass. */
static inline struct dispute_command walk_command(enum wire_dispute_event event)
{
    static const uint64_t panel[] = {WALK_MEDIATOR};
    return (struct dispute_command){
        .event = event,
        .actor_id = WALK_OFFICER,
        .role = WIRE_ROLE_OFFICER,
        .same_quarrel = true,
        .target_open = true,
        .lead_available = true,
        .lead_id = WALK_LEAD,
        .panel_ids = panel,
        .panel_count = 1,
        .merged_into = 99,
        .both_agree = true,
        .party_consents = true,
        .party_refuses = true,
        .pause_reason = WIRE_DISPUTE_PAUSE_REASON_APPRAISAL,
        .refer_target = WIRE_DISPUTE_REFER_TARGET_LITIGATION,
        .reject_code = WIRE_DISPUTE_REJECT_CODE_NO_FACTS,
        .note_kind = WIRE_DISPUTE_NOTE_KIND_NOTE,
        .public_reason = {"原因", 6},
        .reason = {"原因", 6},
        .later = {.all_signed = true,
                  .both_consent = true,
                  .parties_gone_or_180d = true,
                  .obligations = true,
                  .obligations_done = true,
                  .breach_recorded = true,
                  .parties_willing = true,
                  .resolved = true},
    };
}

#endif
