/*
 * dispute_timers: which deadlines of a dispute begin, end, are counted anew, stand still or go on
 * with one change. The states' sets are in dispute_flow, the times in dispute_policy; every due
 * time is start + budget + pauses by rules/deadline. Pure.
 */
#ifndef RULES_DISPUTE_TIMERS_H
#define RULES_DISPUTE_TIMERS_H

#include "rules/dispute_plan.h"

/* Fills cancel, resumed, put and after.next_due_at of the change, whose `after` and `pausing` are
 * decided already. passed: the deadline that was missed and begins anew, 0: none. */
void dispute_timers_plan(const struct dispute_record *record, enum wire_dispute_timer passed,
                         const struct dispute_world *world, struct dispute_change *change);

#endif
