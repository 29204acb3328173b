/*
 * runner: finds due timers and calls their handlers. It sleeps until the earliest due_at and
 * never longer than RUNNER_SLEEP_MAX_MS, so that a clock step or a second process costs seconds,
 * not an escalation. At most RUNNER_JOBS_MAX handlers wait for the database at a time.
 */
#ifndef JOBS_RUNNER_H
#define JOBS_RUNNER_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "jobs/timer_table.h"

#define RUNNER_SLEEP_MAX_MS 2000
#define RUNNER_JOBS_MAX 64

struct runner;

struct runner_counts {
    uint64_t fired;
    uint64_t failed;
    uint64_t late;
};

/* env is borrowed and outlives the runner. Nothing runs before runner_start. */
struct runner *runner_create(uv_loop_t *loop, const struct job_env *env);
void runner_start(struct runner *runner);
/* A timer that is due soon was written: look earlier than planned. */
void runner_wake(struct runner *runner);
/* No new handlers; those under way finish. */
void runner_stop(struct runner *runner);
bool runner_is_idle(const struct runner *runner);
struct runner_counts runner_counts(const struct runner *runner);
/* After runner_stop, and when it is idle; the handle is closed on the loop, fn follows. */
void runner_destroy(struct runner *runner, void (*fn)(void *ctx), void *ctx);

#endif
