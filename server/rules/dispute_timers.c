#include "rules/dispute_timers.h"

#include <string.h>

#define BIT(name) DISPUTE_TIMER_BIT(WIRE_DISPUTE_TIMER_##name)

/* Deadlines that run after this change. */
static uint32_t wanted(const struct dispute_case *after)
{
    uint32_t timers = dispute_state_timers(after->state);
    if (after->first_answer_at != 0)
        timers &= ~BIT(FIRST_RESPONSE);
    if (after->lead_spoke)
        timers &= ~BIT(RETURN);
    if (after->waits_for_reporter)
        timers |= BIT(ANSWER_BY);
    return timers;
}

static uint32_t running(const struct dispute_record *record)
{
    uint32_t timers = 0;
    for (uint32_t i = 0; i < record->timer_count; i++)
        if (timer_name_percent(record->timers[i].draft.name) == 0)
            timers |= DISPUTE_TIMER_BIT(dispute_timer_of(record->timers[i].draft.name));
    return timers;
}

/* The pauses as they are after the change. */
static struct pause_list pauses_after(const struct dispute_record *record,
                                      const struct dispute_change *change, int64_t now)
{
    struct pause_list pauses = record->pauses;
    enum status status = STATUS_OK;
    if (change->pausing == DISPUTE_PAUSE_BEGINS)
        status = pause_list_begin(&pauses, now);
    else if (change->pausing == DISPUTE_PAUSE_ENDS)
        status = pause_list_end(&pauses, now);
    (void)status; /* full or out of order: as if it had not stood still */
    return pauses;
}

/* Whoever was told last is told again once a day; nobody is above the leader. */
static bool is_reminder(const struct dispute_change *change, enum wire_dispute_timer timer)
{
    const uint32_t climbing =
        BIT(FIRST_RESPONSE) | BIT(ACCEPT_BY) | BIT(FIRST_SESSION_BY) | BIT(CHOOSE_BY);
    if (timer == WIRE_DISPUTE_TIMER_SETTLE_TARGET)
        return change->report_to_district;
    return (climbing & DISPUTE_TIMER_BIT(timer)) != 0 && change->after.rung == DISPUTE_RUNG_LEADER;
}

/* The n-th revisit is so many days after it was settled; beyond the last, once a day. */
static int64_t revisit_budget(const struct dispute_change *change, int64_t reminder_ms, int64_t now)
{
    uint32_t day = dispute_revisit_day(change->after.colour, change->after.revisit_n);
    int64_t due = change->after.state_since + (int64_t)day * DUTY_DAY_MS;
    return day != 0 && due > now ? due - now : reminder_ms;
}

static void make_spec(const struct dispute_record *record, const struct dispute_change *change,
                      enum wire_dispute_timer timer, const struct dispute_world *world,
                      struct timer_spec *spec)
{
    const struct dispute_policy *policy = &record->policy;
    dispute_policy_spec(policy, timer, change->after.colour,
                        duty_calendar_is_on(world->calendar, world->now), spec);
    if (timer == WIRE_DISPUTE_TIMER_FIRST_SESSION_BY &&
        change->after.channel == WIRE_DISPUTE_CHANNEL_POLICE_ADMINISTRATIVE) {
        spec->clock = DUTY_CLOCK_WD;
        spec->budget_ms = policy->police_first_wd_ms;
    }
    if (timer == WIRE_DISPUTE_TIMER_PAUSE_LIMIT) {
        int64_t used = dispute_record_paused_ms(record, world->now);
        spec->budget_ms = used < policy->pause_total_ms ? policy->pause_total_ms - used : 0;
    }
    if (timer == WIRE_DISPUTE_TIMER_REVISIT)
        spec->budget_ms = revisit_budget(change, policy->reminder_ms, world->now);
}

/* Counted anew because there is another budget now: the same beginning, the same pauses. */
static void recount(const struct dispute_record *record, enum wire_dispute_timer timer,
                    const struct dispute_world *world, const struct pause_list *pauses,
                    struct dispute_change *change)
{
    const struct dispute_timer_row *row = dispute_record_timer(record, timer);
    struct timer_spec spec;
    bool was_on_duty = duty_calendar_is_on(world->calendar, row->draft.deadline.started_at);
    make_spec(record, change, timer, world, &spec);
    if (timer == WIRE_DISPUTE_TIMER_FIRST_RESPONSE)
        dispute_policy_spec(&record->policy, timer, change->after.colour, was_on_duty, &spec);
    timer_plan_add(&change->put, &spec, row->draft.deadline.started_at, pauses);
}

/* Another colour or channel has other times; what counts around pauses only. */
static bool is_counted_anew(const struct dispute_record *record, enum wire_dispute_timer timer,
                            const struct dispute_change *change)
{
    return dispute_record_timer(record, timer)->draft.life == TIMER_OF_OBJECT &&
           (change->after.colour != record->now.colour ||
            change->after.channel != record->now.channel);
}

static void begin(const struct dispute_record *record, enum wire_dispute_timer timer,
                  const struct dispute_world *world, const struct pause_list *pauses,
                  struct dispute_change *change)
{
    struct timer_spec spec;
    make_spec(record, change, timer, world, &spec);
    if (is_reminder(change, timer)) {
        spec.clock = DUTY_CLOCK_CAL;
        spec.budget_ms = record->policy.reminder_ms;
        memset(spec.warnings, 0, sizeof(spec.warnings));
    }
    timer_plan_add(&change->put, &spec, world->now, pauses);
}

/* Everything that stood still and is not cancelled gets the due time it has without the pause. */
static void resume(const struct dispute_record *record, const struct pause_list *pauses,
                   struct dispute_change *change)
{
    for (uint32_t i = 0; i < record->timer_count; i++) {
        const struct timer_draft *draft = &record->timers[i].draft;
        enum wire_dispute_timer timer = dispute_timer_of(draft->name);
        if (draft->life == TIMER_OF_OBJECT && (change->cancel & DISPUTE_TIMER_BIT(timer)) == 0)
            timer_plan_keep(&change->resumed, draft, pauses);
    }
}

static void take_earliest(int64_t due_at, int64_t *earliest)
{
    if (due_at < DUTY_TIME_MAX && (*earliest == 0 || due_at < *earliest))
        *earliest = due_at;
}

/* The earliest deadline of those that run after the change; what stands still does not. */
static int64_t next_due(const struct dispute_record *record, const struct pause_list *pauses,
                        const struct dispute_world *world, const struct dispute_change *change)
{
    int64_t earliest = 0;
    uint32_t gone = change->cancel;
    bool paused = pause_list_is_open(pauses);
    for (uint32_t i = 0; i < change->put.count; i++) {
        const struct timer_draft *draft = &change->put.items[i];
        gone |= DISPUTE_TIMER_BIT(dispute_timer_of(draft->name));
        if (timer_name_percent(draft->name) == 0 && !(paused && draft->life == TIMER_OF_OBJECT))
            take_earliest(draft->due_at, &earliest);
    }
    for (uint32_t i = 0; i < record->timer_count; i++) {
        const struct timer_draft *draft = &record->timers[i].draft;
        bool is_counted = draft->life == TIMER_OF_OBJECT;
        if (timer_name_percent(draft->name) != 0 || (paused && is_counted) ||
            (gone & DISPUTE_TIMER_BIT(dispute_timer_of(draft->name))) != 0)
            continue;
        take_earliest(is_counted ? deadline_due(&draft->deadline, world->calendar, pauses)
                                 : draft->due_at,
                      &earliest);
    }
    return earliest;
}

void dispute_timers_plan(const struct dispute_record *record, enum wire_dispute_timer passed,
                         const struct dispute_world *world, struct dispute_change *change)
{
    struct pause_list pauses = pauses_after(record, change, world->now);
    uint32_t want = wanted(&change->after);
    uint32_t have = running(record);
    timer_plan_begin(&change->put, world->calendar, record->station_id, world->now);
    timer_plan_begin(&change->resumed, world->calendar, record->station_id, world->now);
    change->cancel = have & ~want;
    for (int timer = 1; timer <= WIRE_DISPUTE_TIMER_MAX; timer++) {
        uint32_t bit = DISPUTE_TIMER_BIT(timer);
        if ((want & bit) == 0)
            continue;
        enum wire_dispute_timer kind = (enum wire_dispute_timer)timer;
        /* A missed settle_target goes on from the same beginning, with the new colour's time. */
        bool goes_on = kind == WIRE_DISPUTE_TIMER_SETTLE_TARGET && !change->report_to_district;
        if ((have & bit) == 0 || (passed == kind && !goes_on))
            begin(record, kind, world, &pauses, change);
        else if (passed == kind || is_counted_anew(record, kind, change))
            recount(record, kind, world, &pauses, change);
    }
    if (change->pausing == DISPUTE_PAUSE_ENDS)
        resume(record, &pauses, change);
    change->after.next_due_at = next_due(record, &pauses, world, change);
}
