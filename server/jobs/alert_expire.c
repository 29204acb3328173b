#include "jobs/handlers.h"
#include "rules/alert_flow.h"
#include "store/alert_store.h"

static void on_loaded(void *ctx, enum status status, struct arena *arena,
                      const struct alert_loaded *loaded);
static void on_moved(void *ctx, enum status status, const struct alert_moved *moved);
static void on_outlasted(void *ctx, enum status status, uint32_t state_version);

/* F11: `expires` has passed. Medium and low end as not handled; critical and high go on until
 * somebody has an outcome, only their chain of messages is no longer current. */
void job_alert_expire(struct job *job)
{
    alert_store_load(job->env->alerts, job->timer.entity_id, on_loaded, job);
}

static void on_loaded(void *ctx, enum status status, struct arena *arena,
                      const struct alert_loaded *loaded)
{
    struct job *job = ctx;
    (void)arena;
    if (status != STATUS_OK) {
        job_done(job, status);
        return;
    }
    const struct alert_record *record = &loaded->record;
    const struct alert_facts facts = {.level = record->level};
    enum wire_alert_state next = record->state;
    if (alert_flow_next(record->state, ALERT_EXPIRE, &facts, &next) != STATUS_OK) {
        alert_store_outlast(job->env->alerts, record->id, on_outlasted, job);
        return;
    }
    const struct alert_transition expiry = {
        .alert_id = record->id,
        .seen_version = record->state_version,
        .next = next,
        .event = "fraud.expire",
        .fired_name = job->timer.name,
        .fired_version = job->timer.state_version,
        .notice_state = loaded->has_notice ? WIRE_NOTICE_STATE_EXPIRED : 0,
    };
    alert_store_move(job->env->alerts, &expiry, on_moved, job);
}

static void on_moved(void *ctx, enum status status, const struct alert_moved *moved)
{
    struct job *job = ctx;
    (void)moved;
    if (status == STATUS_OK)
        job->env->on_alert_changed(job->env->ctx, job->timer.entity_id);
    job_done(job, status);
}

static void on_outlasted(void *ctx, enum status status, uint32_t state_version)
{
    (void)state_version;
    job_done(ctx, status);
}
