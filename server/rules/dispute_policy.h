/*
 * dispute_policy: how much time there is for what, by colour. The defaults are ours (the domain
 * names them); a station's rows of dispute_policy in the database change them. A value, read with
 * each dispute; nothing here remembers anything.
 */
#ifndef RULES_DISPUTE_POLICY_H
#define RULES_DISPUTE_POLICY_H

#include "rules/timer_plan.h"
#include "wire/wire_schema.h"

#define DISPUTE_COLOURS      (WIRE_DISPUTE_COLOUR_MAX + 1)
#define DISPUTE_TIMERS       (WIRE_DISPUTE_TIMER_MAX + 1)
#define DISPUTE_REVISITS_MAX 4

struct dispute_budget {
    enum duty_clock clock;
    int64_t ms;
    int64_t off_duty_ms; /* when nobody is on duty as it begins; 0: the same */
};

/* How often and by how much a settle_target may be extended. */
struct dispute_extension {
    uint32_t times; /* 0: as often as both consent */
    int64_t ms;
    bool both_consent;
};

struct dispute_policy {
    struct dispute_budget budgets[DISPUTE_TIMERS][DISPUTE_COLOURS];
    struct dispute_extension extensions[DISPUTE_COLOURS];
    int64_t reminder_ms;     /* how often a leader is told again */
    int64_t pause_total_ms;  /* of all pauses of one case */
    int64_t tracking_end_ms; /* after which a leader may close it unresolved */
    int64_t proposal_ms;     /* how long the lowering of a colour waits for a second person */
    int64_t reopen_ms;       /* how long a reporter may say that it is not over */
    /* channel police_administrative: the first talk, and the second and last */
    int64_t police_first_wd_ms;
    int64_t police_second_wd_ms;
};

void dispute_policy_defaults(struct dispute_policy *policy);

/* One row of a station: `name` as the timer is called, or one of the single values. False: there is
 * no such row, it changes nothing. */
struct dispute_policy_row {
    const char *name;
    enum wire_dispute_colour colour; /* 0: all of them */
    enum duty_clock clock;           /* 0: as it is */
    int64_t ms;
    int64_t off_duty_ms;
};
bool dispute_policy_change(struct dispute_policy *policy, const struct dispute_policy_row *row);

/* The deadline of this kind as it begins at `at`: its name, life, clock, budget, warnings. */
void dispute_policy_spec(const struct dispute_policy *policy, enum wire_dispute_timer timer,
                         enum wire_dispute_colour colour, bool on_duty, struct timer_spec *out);

/* "settle_target" of WIRE_DISPUTE_TIMER_SETTLE_TARGET; and back, also from the name of a warning;
 * 0: no timer of a dispute. */
const char *dispute_timer_name(enum wire_dispute_timer timer);
enum wire_dispute_timer dispute_timer_of(const char *name);

/* When a settled case is looked at again, days after it was settled; 0 from the last on. */
uint32_t dispute_revisit_day(enum wire_dispute_colour colour, uint32_t n);

#endif
