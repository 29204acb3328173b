#include "base/log.h"
#include "jobs/handlers.h"
#include "store/person_store.h"

static void on_checked(void *ctx, enum status status, const struct person_coverage *coverage);

/* A minute after card and picture went out of sight: is it gone from those who are here? Told of no
 * version but its own: a take-down is looked at although the search has moved on. */
void job_person_take_down(struct job *job)
{
    person_store_check(job->env->persons, job->timer.entity_id, job->timer.state_version,
                       on_checked, job);
}

static void on_checked(void *ctx, enum status status, const struct person_coverage *coverage)
{
    struct job *job = ctx;
    if (status == STATUS_CONFLICT) {
        job_end_timer(job); /* it was checked before */
        return;
    }
    if (status == STATUS_OK && coverage->is_short) {
        log_error("jobs.take_down_short", "person=%llu told=%u confirmed=%u",
                  (unsigned long long)job->timer.entity_id, coverage->told, coverage->confirmed);
        job->env->on_take_down_short(job->env->ctx);
    }
    job_done(job, status);
}
