/*
 * chores: what nobody waits for: building the search index, deleting what has had its time. One
 * step at a time on the store's slow link, then a pause five times as long as the step took, so
 * that chores never take more than a sixth of the database. Every node may run them: the steps are
 * bounded, repeatable, and skip what another holds.
 */
#ifndef JOBS_CHORES_H
#define JOBS_CHORES_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

struct store;
struct chores;

struct chore_settings {
    uint32_t message_days;  /* how long texts are kept: 365 */
    uint32_t security_days; /* ended sessions, failed logins; the law wants at least 183 */
    uint32_t alert_days;    /* who was meant by an alert, after its end: 183 */
    uint32_t person_days;   /* who was missing, after the end of the search: 30 */
};

/* store is borrowed and outlives it. */
struct chores *chores_create(uv_loop_t *loop, struct store *store,
                             const struct chore_settings *settings);
void chores_start(struct chores *chores);
/* No new step; the one under way is not waited for by anybody but chores_is_idle. */
void chores_stop(struct chores *chores);
bool chores_is_idle(const struct chores *chores);
/* Steps that did something, and steps that failed, since start; for /metrics. */
uint64_t chores_steps(const struct chores *chores);
uint64_t chores_failures(const struct chores *chores);
/* After chores_stop, when idle; fn comes from the loop. */
void chores_destroy(struct chores *chores, void (*fn)(void *ctx), void *ctx);

#endif
