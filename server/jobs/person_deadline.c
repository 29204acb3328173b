#include "base/clock.h"
#include "jobs/handlers.h"
#include "rules/person_words.h"
#include "store/person_store.h"

static void on_loaded(void *ctx, enum status status, struct arena *arena,
                      const struct person_loaded *loaded);
static void on_climbed(void *ctx, enum status status, uint32_t state_version);

/* Nobody verified, decided, handed over or looked in time: the next are told, and the same timer
 * waits for the rung after. */
void job_person_deadline(struct job *job)
{
    person_store_load(job->env->persons, job->timer.entity_id, 0, on_loaded, job);
}

static void on_loaded(void *ctx, enum status status, struct arena *arena,
                      const struct person_loaded *loaded)
{
    struct job *job = ctx;
    (void)arena;
    if (status != STATUS_OK) {
        job_done(job, status);
        return;
    }
    const struct person_record *record = &loaded->record;
    const struct person_deadline now = person_deadline_of(record->state, record->rung);
    const struct person_deadline next = person_deadline_of(record->state, record->rung + 1);
    if (record->state_version != job->timer.state_version || now.name == NULL) {
        job_end_timer(job); /* stale */
        return;
    }
    const struct person_climb climb = {
        .person_id = record->id,
        .seen_version = record->state_version,
        .rung = record->rung,
        .timer_name = job->timer.name,
        .next_due = clock_wall_ms() + next.wait_ms,
        .tells = now.tells,
        .event = person_rung_template(record->state),
        .template = person_rung_template(record->state),
        .duty_words = person_rung_words(record->state, now.tells),
    };
    person_store_climb(job->env->persons, &climb, on_climbed, job);
}

static void on_climbed(void *ctx, enum status status, uint32_t state_version)
{
    struct job *job = ctx;
    (void)state_version;
    if (status == STATUS_OK)
        job->env->on_person_changed(job->env->ctx, job->timer.entity_id);
    job_done(job, status);
}
