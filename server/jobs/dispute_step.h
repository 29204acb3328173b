/*
 * dispute_step: what a timer does with a dispute: read it, ask the plan, write it in the
 * transaction that fires the timer. A timer that does not run any more ends without an effect.
 */
#ifndef JOBS_DISPUTE_STEP_H
#define JOBS_DISPUTE_STEP_H

#include "jobs/timer_table.h"
#include "wire/wire_schema.h"

/* Ends the job. */
void dispute_job_begin(struct job *job, enum wire_dispute_event event);

#endif
