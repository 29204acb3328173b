#include "jobs/dispute_step.h"
#include "jobs/handlers.h"

/* The lead was silent: somebody else is to be found. */
void job_dispute_return(struct job *job)
{
    dispute_job_begin(job, WIRE_DISPUTE_EVENT_GIVE_BACK);
}
