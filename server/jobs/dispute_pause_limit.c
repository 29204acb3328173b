#include "jobs/dispute_step.h"
#include "jobs/handlers.h"

/* Sixty days of pauses are over: it goes on, and the leader is told. */
void job_dispute_pause_limit(struct job *job)
{
    dispute_job_begin(job, WIRE_DISPUTE_EVENT_RESUME);
}
