#include "base/mem.h"
#include "jobs/handlers.h"
#include "store/alert_store.h"

struct expiry {
    struct job *job;
    uint64_t alert_id;
};

static void on_alert_id(void *ctx, enum status status, uint64_t alert_id);
static void on_expired(void *ctx, enum status status, const struct alert_moved *moved);

/* The public notice has had its time: its card leaves the hall, the board forgets it. */
void job_notice_expire(struct job *job)
{
    alert_store_of_notice(job->env->alerts, job->timer.entity_id, on_alert_id, job);
}

static void on_alert_id(void *ctx, enum status status, uint64_t alert_id)
{
    struct job *job = ctx;
    if (status != STATUS_OK) {
        job_done(job, status);
        return;
    }
    struct expiry *expiry = mem_alloc(sizeof(*expiry));
    expiry->job = job;
    expiry->alert_id = alert_id;
    alert_store_expire_notice(job->env->alerts, job->timer.entity_id, alert_id, on_expired, expiry);
}

static void on_expired(void *ctx, enum status status, const struct alert_moved *moved)
{
    struct expiry *expiry = ctx;
    struct job *job = expiry->job;
    (void)moved;
    if (status == STATUS_OK)
        job->env->on_alert_changed(job->env->ctx, expiry->alert_id);
    mem_free(expiry);
    if (status == STATUS_CONFLICT) { /* it was withdrawn before: only the timer is left */
        job_end_timer(job);
        return;
    }
    job_done(job, status);
}
