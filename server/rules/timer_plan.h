/*
 * timer_plan: the timers that go into the database with one transition: what is owed, by when, and
 * the warnings before. Made from rows of a subject's table (struct timer_spec), handed to the
 * statement as arrays (args_timer_plan in store/timer_store). Pure: the time is a parameter.
 */
#ifndef RULES_TIMER_PLAN_H
#define RULES_TIMER_PLAN_H

#include "rules/deadline.h"

#define TIMER_NAME_MAX     40
#define TIMER_PLAN_MAX     32
#define TIMER_WARNINGS_MAX 3

/* As in the column timer.life. */
enum timer_life {
    TIMER_OF_STATE = 1, /* stale once the object's state_version moved on */
    TIMER_OF_OBJECT,    /* until it is cancelled; stands still while the object is paused */
    TIMER_THROUGH,      /* until it is cancelled; runs on while the object is paused */
};

/* One kind of timer, as a subject's table names it. */
struct timer_spec {
    const char *name; /* at most TIMER_NAME_MAX - 4: a warning is called name.percent */
    enum timer_life life;
    enum duty_clock clock;
    int64_t budget_ms;
    uint8_t warnings[TIMER_WARNINGS_MAX]; /* percent of the budget; 0: none */
};

struct timer_draft {
    char name[TIMER_NAME_MAX + 1];
    enum timer_life life;
    struct deadline deadline;
    int64_t due_at;
};

struct timer_plan {
    const struct duty_calendar *calendar; /* borrowed */
    uint64_t station_id;                  /* whose calendar it is; 0: none, only cal is used */
    int64_t now;
    uint32_t count;
    struct timer_draft items[TIMER_PLAN_MAX];
};

void timer_plan_begin(struct timer_plan *plan, const struct duty_calendar *calendar,
                      uint64_t station_id, int64_t now);
/* A timer that begins at started_at (now, or earlier when a policy changed meanwhile), and its
 * warnings. Warnings whose time has passed are left out, the deadline itself never. pauses may be
 * NULL. */
void timer_plan_add(struct timer_plan *plan, const struct timer_spec *spec, int64_t started_at,
                    const struct pause_list *pauses);
/* A timer as it is kept, with the due time its deadline has by this calendar and these pauses. */
void timer_plan_keep(struct timer_plan *plan, const struct timer_draft *kept,
                     const struct pause_list *pauses);

/* The percent of a warning's name, 0 if it is the name of the deadline itself. */
uint32_t timer_name_percent(const char *name);

#endif
