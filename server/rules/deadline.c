#include "rules/deadline.h"

#include <stddef.h>

bool pause_list_is_open(const struct pause_list *pauses)
{
    return pauses->count > 0 && pauses->items[pauses->count - 1].ended_at == 0;
}

enum status pause_list_begin(struct pause_list *pauses, int64_t at)
{
    if (pause_list_is_open(pauses))
        return STATUS_CONFLICT;
    if (pauses->count > 0 && pauses->items[pauses->count - 1].ended_at > at)
        return STATUS_CONFLICT;
    if (pauses->count == PAUSES_MAX)
        return STATUS_FULL;
    pauses->items[pauses->count++] = (struct pause){.started_at = at};
    return STATUS_OK;
}

enum status pause_list_end(struct pause_list *pauses, int64_t at)
{
    if (!pause_list_is_open(pauses) || pauses->items[pauses->count - 1].started_at > at)
        return STATUS_CONFLICT;
    pauses->items[pauses->count - 1].ended_at = at;
    return STATUS_OK;
}

void deadline_stop(struct deadline *deadline, int64_t at)
{
    if (deadline->stopped_at == 0)
        deadline->stopped_at = at;
}

void deadline_restart(struct deadline *deadline, int64_t at)
{
    deadline->started_at = at;
    deadline->stopped_at = 0;
}

void deadline_change(struct deadline *deadline, enum duty_clock clock, int64_t budget_ms)
{
    deadline->clock = clock;
    deadline->budget_ms = budget_ms;
}

struct deadline deadline_warning(const struct deadline *deadline, uint32_t percent)
{
    struct deadline warning = *deadline;
    int64_t budget = deadline->budget_ms > 0 ? deadline->budget_ms : 0;
    /* In two parts, so that no budget is too large to be multiplied. */
    warning.budget_ms = budget / 100 * percent + budget % 100 * percent / 100;
    if (deadline->clock == DUTY_CLOCK_WD)
        warning.budget_ms -= warning.budget_ms % DUTY_DAY_MS;
    return warning;
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* The running stretches between the pauses, from when the deadline begins to count. */
struct stretches {
    int64_t cursor;
    uint32_t next_pause;
};

/* The end of the stretch that begins at the cursor: where the next pause begins that is not over
 * yet; DUTY_TIME_MAX: none does. The cursor then stands at that pause's end. */
static int64_t next_stretch(struct stretches *at, const struct pause_list *pauses,
                            int64_t *begins_at)
{
    *begins_at = at->cursor;
    while (at->next_pause < pauses->count) {
        const struct pause *pause = &pauses->items[at->next_pause++];
        int64_t ends_at = pause->ended_at != 0 ? pause->ended_at : DUTY_TIME_MAX;
        if (ends_at <= *begins_at)
            continue;
        at->cursor = ends_at;
        return later(pause->started_at, *begins_at);
    }
    at->cursor = DUTY_TIME_MAX;
    return DUTY_TIME_MAX;
}

static int64_t counted(const struct deadline *deadline, const struct duty_calendar *calendar,
                       int64_t from, int64_t to)
{
    return duty_calendar_count(calendar, deadline->clock, to) -
           duty_calendar_count(calendar, deadline->clock, from);
}

int64_t deadline_due(const struct deadline *deadline, const struct duty_calendar *calendar,
                     const struct pause_list *pauses)
{
    struct stretches at = {.cursor = duty_calendar_anchor(deadline->clock, deadline->started_at)};
    int64_t left = later(deadline->budget_ms, 0);
    int64_t due = DUTY_TIME_MAX;
    while (at.cursor < DUTY_TIME_MAX) {
        int64_t begins_at;
        int64_t ends_at = next_stretch(&at, pauses, &begins_at);
        int64_t passes = counted(deadline, calendar, begins_at, ends_at);
        if (passes >= left) {
            due = duty_calendar_find(calendar, deadline->clock, begins_at, left);
            break;
        }
        left -= passes;
    }
    return deadline->stopped_at != 0 && deadline->stopped_at <= due ? DUTY_TIME_MAX : due;
}

int64_t deadline_elapsed(const struct deadline *deadline, const struct duty_calendar *calendar,
                         const struct pause_list *pauses, int64_t now)
{
    struct stretches at = {.cursor = duty_calendar_anchor(deadline->clock, deadline->started_at)};
    int64_t until = deadline->stopped_at != 0 ? earlier(now, deadline->stopped_at) : now;
    int64_t sum = 0;
    while (at.cursor < until && at.cursor < DUTY_TIME_MAX) {
        int64_t begins_at;
        int64_t ends_at = earlier(next_stretch(&at, pauses, &begins_at), until);
        sum += counted(deadline, calendar, begins_at, ends_at);
    }
    return sum;
}

int64_t deadline_remaining(const struct deadline *deadline, const struct duty_calendar *calendar,
                           const struct pause_list *pauses, int64_t now)
{
    return later(deadline->budget_ms, 0) - deadline_elapsed(deadline, calendar, pauses, now);
}
