/*
 * runner: claims due timers and calls their handlers, oldest first. It sleeps until the next one is
 * due and never longer than RUNNER_SLEEP_MAX_MS, so that a clock step or a second process costs
 * seconds, not an escalation. It goes by the database's time, never by this machine's.
 *
 * What is claimed is left alone by other nodes for RUNNER_CLAIM_MS; a node that dies loses nothing,
 * its claims run out. At most RUNNER_JOBS_MAX handlers wait for the database at a time, so that
 * people's own writes are never behind more than those.
 */
#ifndef JOBS_RUNNER_H
#define JOBS_RUNNER_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "jobs/timer_table.h"

#define RUNNER_SLEEP_MAX_MS 2000
#define RUNNER_JOBS_MAX     16
#define RUNNER_CLAIM        128
#define RUNNER_CLAIM_MS     15000

struct runner;

struct runner_counts {
    uint64_t fired;  /* handlers that ended well */
    uint64_t failed; /* tried again when the claim runs out */
    uint64_t late;
    uint64_t waiting; /* claimed, not begun */
};

/* env is borrowed and outlives the runner. Nothing runs before runner_start. */
struct runner *runner_create(uv_loop_t *loop, const struct job_env *env);
void runner_start(struct runner *runner);
/* A timer that is due soon was written: look earlier than planned. */
void runner_wake(struct runner *runner);
/* No new handlers; those under way finish, what was claimed and not begun is given back. */
void runner_stop(struct runner *runner);
bool runner_is_idle(const struct runner *runner);
struct runner_counts runner_counts(const struct runner *runner);
/* After runner_stop, and when it is idle; the handle is closed on the loop, fn follows. */
void runner_destroy(struct runner *runner, void (*fn)(void *ctx), void *ctx);

#endif
