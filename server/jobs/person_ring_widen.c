#include "base/clock.h"
#include "jobs/handlers.h"
#include "rules/person_words.h"
#include "store/person_store.h"

static void on_loaded(void *ctx, enum status status, struct arena *arena,
                      const struct person_loaded *loaded);
static void on_moved(void *ctx, enum status status, uint32_t state_version);

/* P5 by the clock: still missing, so more halls look. */
void job_person_ring_widen(struct job *job)
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
    const enum wire_person_ring wider = (enum wire_person_ring)(record->ring + 1);
    const struct person_facts facts = {.widens = !record->frozen &&
                                                 person_ring_widens(record->ring, wider)};
    enum wire_person_state next = record->state;
    if (record->state_version != job->timer.state_version ||
        person_flow_next(record->state, PERSON_WIDEN, &facts, &next) != STATUS_OK) {
        job_end_timer(job); /* stale */
        return;
    }
    const struct person_transition widening = {
        .person_id = record->id,
        .seen_version = record->state_version,
        .from = record->state,
        .next = next,
        .ring = wider,
        .high_risk = loaded->high_risk,
        .age_band = record->card.age_band,
        .now_ms = clock_wall_ms(),
        .event = "person.widen",
        .fired_name = job->timer.name,
        .fired_version = job->timer.state_version,
        .duty_words = person_move_words(PERSON_WIDEN),
    };
    person_store_move(job->env->persons, &widening, on_moved, job);
}

static void on_moved(void *ctx, enum status status, uint32_t state_version)
{
    struct job *job = ctx;
    (void)state_version;
    if (status == STATUS_OK)
        job->env->on_person_changed(job->env->ctx, job->timer.entity_id);
    job_done(job, status);
}
