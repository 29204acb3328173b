/*
 * timer_table: what happens by itself, one row per kind of timer. A timer is a row in the
 * database; its handler runs one guarded statement, so that a stale or doubly fired timer has no
 * effect (idempotent on entity, name and state_version).
 */
#ifndef JOBS_TIMER_TABLE_H
#define JOBS_TIMER_TABLE_H

#include <stdint.h>

#include "base/status.h"

struct alert_store;
struct store;

#define TIMER_NAME_MAX 40

/* What the handlers may use. Owned by app, which fills it; outlives the runner. */
struct job_env {
    struct store *store;
    struct alert_store *alerts;
    void *ctx; /* for the functions below */
    /* An alert, or its notice, was changed by a timer: read it again and tell whom it concerns. */
    void (*on_alert_changed)(void *ctx, uint64_t alert_id);
};

struct due_timer {
    char entity_type[TIMER_NAME_MAX + 1];
    char name[TIMER_NAME_MAX + 1];
    uint64_t entity_id;
    uint32_t state_version;
    int64_t due_at;
};

struct job {
    const struct job_env *env; /* borrowed */
    struct due_timer timer;
    struct runner *runner; /* borrowed: it outlives its jobs */
};

typedef void (*job_fn)(struct job *job);

struct timer_kind {
    const char *entity_type;
    const char *name;
    job_fn handler;
    int64_t late_ms; /* how late it may be before it is worth a warning */
};

/* NULL: no such kind; the timer is left and reported. */
const struct timer_kind *timer_table_find(const char *entity_type, const char *name);

/* Every path of a handler ends here, exactly once. */
void job_done(struct job *job, enum status status);

#endif
