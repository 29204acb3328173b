/*
 * deadline: by when something is due, and why. A deadline is when it began, how much time there is,
 * and by which clock; the pauses belong to the object and hold for all of its deadlines. Everything
 * else follows, always from the beginning:
 *
 *   due = start + budget + pauses, each counted by the deadline's own clock
 *
 * so a changed budget, clock or calendar forgets neither what has passed nor when it stood still.
 * Pure: nothing here asks what time it is.
 */
#ifndef RULES_DEADLINE_H
#define RULES_DEADLINE_H

#include "base/status.h"
#include "rules/duty_calendar.h"

/* Pauses of one object. */
#define PAUSES_MAX 64

/* From ≤ time < to the object waits for somebody else. ended_at 0: it still does. */
struct pause {
    int64_t started_at;
    int64_t ended_at;
};

/* Oldest first, none overlaps, only the last may be open. */
struct pause_list {
    uint32_t count;
    struct pause items[PAUSES_MAX];
};

bool pause_list_is_open(const struct pause_list *pauses);
/* STATUS_CONFLICT: it stands still already, or the last pause ended later than `at`. STATUS_FULL.
 */
MUST_USE enum status pause_list_begin(struct pause_list *pauses, int64_t at);
/* STATUS_CONFLICT: it does not stand still, or the pause began later than `at`. */
MUST_USE enum status pause_list_end(struct pause_list *pauses, int64_t at);

struct deadline {
    enum duty_clock clock;
    int64_t started_at;
    int64_t budget_ms;  /* wd: whole DUTY_DAY_MS */
    int64_t stopped_at; /* somebody did what was owed; 0: nobody has */
};

/* What is owed was done, or the object has ended. Once only: a later stop changes nothing. */
void deadline_stop(struct deadline *deadline, int64_t at);
/* It is owed anew, the whole budget from now on: the reporter answered what was asked of her.
 * Pauses before `at` do not matter any more. */
void deadline_restart(struct deadline *deadline, int64_t at);
/* Another policy: what has passed has passed, by the new clock, pauses as they were. */
void deadline_change(struct deadline *deadline, enum duty_clock clock, int64_t budget_ms);
/* The deadline of a warning after so many percent of the budget (0–100; of wd, whole days). */
struct deadline deadline_warning(const struct deadline *deadline, uint32_t percent);

/* When it is due. DUTY_TIME_MAX: not by the clock alone, because it is stopped or stands still. */
int64_t deadline_due(const struct deadline *deadline, const struct duty_calendar *calendar,
                     const struct pause_list *pauses);
/* How much of the budget has passed at `now`: what it stood still is not in it, and after it was
 * stopped nothing more passes. */
int64_t deadline_elapsed(const struct deadline *deadline, const struct duty_calendar *calendar,
                         const struct pause_list *pauses, int64_t now);
/* What is left of the budget; negative: so much more than the budget has passed. */
int64_t deadline_remaining(const struct deadline *deadline, const struct duty_calendar *calendar,
                           const struct pause_list *pauses, int64_t now);

#endif
