/*
 * handlers: one per kind of timer, each in a file of its own; the timer table calls them.
 */
#ifndef JOBS_HANDLERS_H
#define JOBS_HANDLERS_H

#include "jobs/timer_table.h"

void job_alert_ack_timeout(struct job *job);
void job_alert_expire(struct job *job);
void job_notice_expire(struct job *job);
void job_person_deadline(struct job *job);
void job_person_ring_widen(struct job *job);
void job_person_take_down(struct job *job);

void job_dispute_deadline(struct job *job);
void job_dispute_pause_limit(struct job *job);
void job_dispute_return(struct job *job);
void job_dispute_warning(struct job *job);

#endif
