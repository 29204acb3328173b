#include "jobs/dispute_step.h"

#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "store/calendar_store.h"
#include "store/dispute_store.h"

struct step {
    struct job *job;
    enum wire_dispute_event event;
    uint64_t id;
};

static void on_loaded(void *ctx, enum status status, struct arena *arena,
                      const struct dispute_loaded *loaded, uint32_t count);
static void on_written(void *ctx, enum status status, uint32_t state_version);

/* 1. The dispute as it is now. */
void dispute_job_begin(struct job *job, enum wire_dispute_event event)
{
    struct step *step = mem_alloc(sizeof(*step));
    step->job = job;
    step->event = event;
    step->id = job->timer.entity_id;
    const struct wire_list_id ids = {.items = &step->id, .count = 1};
    dispute_store_load(job->env->store, &ids, on_loaded, step);
}

/* The timer still runs: nobody moved the dispute on since. */
static bool is_running(const struct dispute_record *record, const struct due_timer *timer)
{
    for (uint32_t i = 0; i < record->timer_count; i++)
        if (record->timers[i].state_version == timer->state_version &&
            strcmp(record->timers[i].draft.name, timer->name) == 0)
            return true;
    return false;
}

static void finish(struct step *step, enum status status)
{
    struct job *job = step->job;
    mem_free(step);
    job_done(job, status);
}

static void drop(struct step *step)
{
    struct job *job = step->job;
    mem_free(step);
    job_end_timer(job);
}

/* 2. What the rules say. */
static void on_loaded(void *ctx, enum status status, struct arena *arena,
                      const struct dispute_loaded *loaded, uint32_t count)
{
    struct step *step = ctx;
    struct job *job = step->job;
    const struct timer_key key = job_timer_key(job);
    (void)arena;
    if (status != STATUS_OK) {
        finish(step, status);
        return;
    }
    if (count == 0 || !is_running(&loaded->record, &job->timer)) {
        drop(step);
        return;
    }
    const struct dispute_record *record = &loaded->record;
    if (step->event == WIRE_DISPUTE_EVENT_WARNING) {
        dispute_store_warn(job->env->store, record, &key, on_written, step);
        return;
    }
    const struct dispute_command command = {.event = step->event,
                                            .timer = dispute_timer_of(job->timer.name)};
    const struct dispute_world world = {calendar_store_of(job->env->calendars, record->station_id),
                                        clock_wall_ms()};
    struct dispute_change change;
    if (dispute_plan(record, &command, &world, &change) != STATUS_OK) {
        drop(step); /* it has no meaning here any more */
        return;
    }
    const struct dispute_write write = {
        .before = record, .command = &command, .change = &change, .fired = &key, .now = world.now};
    dispute_store_write(job->env->store, &write, on_written, step);
}

/* 3. Written, once; everyone hears of it from the database. */
static void on_written(void *ctx, enum status status, uint32_t state_version)
{
    (void)state_version;
    finish(ctx, status);
}
