#include "rules/timer_plan.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct pause_list no_pauses = {0};

void timer_plan_begin(struct timer_plan *plan, const struct duty_calendar *calendar,
                      uint64_t station_id, int64_t now)
{
    plan->calendar = calendar;
    plan->station_id = station_id;
    plan->now = now;
    plan->count = 0;
}

void timer_plan_keep(struct timer_plan *plan, const struct timer_draft *kept,
                     const struct pause_list *pauses)
{
    assert(plan->count < TIMER_PLAN_MAX);
    const struct pause_list *hold = pauses;
    if (pauses == NULL || kept->life != TIMER_OF_OBJECT)
        hold = &no_pauses;
    struct timer_draft *draft = &plan->items[plan->count++];
    *draft = *kept;
    draft->due_at = deadline_due(&kept->deadline, plan->calendar, hold);
}

void timer_plan_add(struct timer_plan *plan, const struct timer_spec *spec, int64_t started_at,
                    const struct pause_list *pauses)
{
    struct timer_draft draft = {
        .life = spec->life,
        .deadline = {.clock = spec->clock, .started_at = started_at, .budget_ms = spec->budget_ms},
    };
    assert(strlen(spec->name) <= TIMER_NAME_MAX - 4);
    snprintf(draft.name, sizeof(draft.name), "%s", spec->name);
    timer_plan_keep(plan, &draft, pauses);
    int64_t due_at = plan->items[plan->count - 1].due_at;
    const struct deadline whole = draft.deadline;
    for (size_t i = 0; i < TIMER_WARNINGS_MAX && spec->warnings[i] != 0; i++) {
        draft.deadline = deadline_warning(&whole, spec->warnings[i]);
        snprintf(draft.name, sizeof(draft.name), "%s.%u", spec->name, spec->warnings[i]);
        timer_plan_keep(plan, &draft, pauses);
        int64_t warned_at = plan->items[plan->count - 1].due_at;
        /* Too late to warn, or nothing to warn of. What stands still has no due time yet. */
        if (warned_at <= plan->now || (warned_at >= due_at && due_at < DUTY_TIME_MAX))
            plan->count--;
    }
}

uint32_t timer_name_percent(const char *name)
{
    const char *dot = strchr(name, '.');
    return dot != NULL ? (uint32_t)strtoul(dot + 1, NULL, 10) : 0;
}
