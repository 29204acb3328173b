#include "jobs/dispute_step.h"
#include "jobs/handlers.h"

/* A time passed and nobody acted: the colour rises, the next people are told, it begins anew. */
void job_dispute_deadline(struct job *job)
{
    dispute_job_begin(job, WIRE_DISPUTE_EVENT_DEADLINE);
}
