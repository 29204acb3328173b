/*
 * timer_table: what happens by itself, one row per kind of timer. A timer is a row in the
 * database; its handler runs one guarded statement, so that a stale or doubly fired timer has no
 * effect: one that belongs to a state looks at state_version, one that belongs to the object fires
 * with timer_fire, or is guarded by what it changes.
 */
#ifndef JOBS_TIMER_TABLE_H
#define JOBS_TIMER_TABLE_H

#include <stdint.h>

#include "base/status.h"
#include "store/timer_store.h"

struct alert_store;
struct calendar_store;
struct person_store;
struct store;

/* What the handlers may use. Owned by app, which fills it; outlives the runner. */
struct job_env {
    struct store *store;
    struct alert_store *alerts;
    struct person_store *persons;
    const struct calendar_store *calendars;
    void *ctx; /* for the functions below */
    /* An alert, or its notice, was changed by a timer: read it again and tell whom it concerns. */
    void (*on_alert_changed)(void *ctx, uint64_t alert_id);
    /* The same of a search. */
    void (*on_person_changed)(void *ctx, uint64_t person_id);
    /* A minute after a take-down too many devices still had it. */
    void (*on_take_down_short)(void *ctx);
};

struct job {
    const struct job_env *env; /* borrowed */
    struct due_timer timer;
    uint32_t percent;      /* a warning after so much of the budget; 0: the deadline itself */
    struct runner *runner; /* borrowed: it outlives its jobs */
    uint32_t conflicts;    /* written by the runner */
};

typedef void (*job_fn)(struct job *job);

struct timer_kind {
    const char *entity_type;
    const char *name;
    job_fn handler;
    job_fn warning;  /* of its warnings, `name.percent`; NULL: it has none */
    int64_t late_ms; /* how late it may be before it is worth a warning */
};

/* The row of a timer or of one of its warnings. NULL: no such kind; another version of the program
 * knows it, and it is left alone. */
const struct timer_kind *timer_table_find(const char *entity_type, const char *name);

/* entity_type.name of every kind, for the runner's claim. */
#define TIMER_KINDS_MAX 64
uint32_t timer_table_kinds(struct wire_text out[TIMER_KINDS_MAX]);

/* This job's timer, for a statement that ends it. */
struct timer_key job_timer_key(const struct job *job);
/* The timer was stale: it is ended without an effect, and the job with it. */
void job_end_timer(struct job *job);
/* Every path of a handler ends here, exactly once. STATUS_CONFLICT: somebody moved the object
 * meanwhile; the handler is called once more and looks again. */
void job_done(struct job *job, enum status status);

#endif
