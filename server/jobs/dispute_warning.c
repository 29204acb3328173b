#include "jobs/dispute_step.h"
#include "jobs/handlers.h"

/* A deadline is near: the duty room reads it, the dispute stays as it is. */
void job_dispute_warning(struct job *job)
{
    dispute_job_begin(job, WIRE_DISPUTE_EVENT_WARNING);
}
