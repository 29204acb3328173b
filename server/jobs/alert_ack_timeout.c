#include "jobs/handlers.h"
#include "rules/alert_flow.h"
#include "store/alert_store.h"

static void on_loaded(void *ctx, enum status status, struct arena *arena,
                      const struct alert_loaded *loaded);
static void on_moved(void *ctx, enum status status, const struct alert_moved *moved);

/* F4: somebody took it and was then silent: it is open again, and everyone sees it. */
void job_alert_ack_timeout(struct job *job)
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
    if (record->state_version != job->timer.state_version ||
        alert_flow_next(record->state, ALERT_ACK_TIMEOUT, &facts, &next) != STATUS_OK) {
        job_end_timer(job); /* stale */
        return;
    }
    const struct alert_transition lapse = {
        .alert_id = record->id,
        .seen_version = record->state_version,
        .next = next,
        .event = "fraud.ack_timeout",
        .fired_name = job->timer.name,
        .fired_version = job->timer.state_version,
    };
    alert_store_move(job->env->alerts, &lapse, on_moved, job);
}

static void on_moved(void *ctx, enum status status, const struct alert_moved *moved)
{
    struct job *job = ctx;
    (void)moved;
    if (status == STATUS_OK)
        job->env->on_alert_changed(job->env->ctx, job->timer.entity_id);
    job_done(job, status);
}
