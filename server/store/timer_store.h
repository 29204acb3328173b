/*
 * timer_store: timers as they are kept, for every subject: the arrays that a subject's one
 * statement hands to timer_put and timer_resume, what runs for one object, and the runner's side.
 */
#ifndef STORE_TIMER_STORE_H
#define STORE_TIMER_STORE_H

#include "rules/timer_plan.h"
#include "store/store.h"

/* For timer_put, in its order: station_id bigint, names text[], lives smallint[],
 * clocks smallint[], starts timestamptz[], budgets bigint[], dues timestamptz[]. */
void args_timer_put(struct store_args *args, const struct timer_plan *plan);
/* For timer_resume, in its order: names text[], dues timestamptz[]. */
void args_timer_dues(struct store_args *args, const struct timer_plan *plan);

/* What runs for one object, and when it stood still. Timers whose due time was named, not counted,
 * are left out. */
struct timer_set {
    struct pause_list pauses;
    uint32_t count;
    struct timer_draft items[TIMER_PLAN_MAX];
};
/* set is NULL unless status is OK; it lives for the call. */
typedef void (*timer_set_fn)(void *ctx, enum status status, const struct timer_set *set);
void timer_store_load(struct store *store, const char *entity_type, uint64_t entity_id,
                      timer_set_fn fn, void *ctx);

/* Which timer. */
struct timer_key {
    const char *entity_type; /* borrowed */
    uint64_t entity_id;
    const char *name; /* borrowed */
    uint32_t state_version;
};
typedef void (*timer_done_fn)(void *ctx, enum status status);
/* A timer that has nothing left to do. */
void timer_store_end(struct store *store, const struct timer_key *key, timer_done_fn fn, void *ctx);

/* A timer that is due and that this node has claimed. */
struct due_timer {
    uint64_t entity_id;
    int64_t late_ms;
    uint32_t state_version;
    enum timer_life life;
    uint32_t attempts; /* this one counted */
    char entity_type[TIMER_NAME_MAX + 1];
    char name[TIMER_NAME_MAX + 1];
};
struct timer_claim {
    const struct wire_text *kinds; /* borrowed for the call: entity_type.name */
    uint32_t kind_count;
    uint32_t most; /* at most TIMER_CLAIM_MAX */
    int64_t claim_ms;
};
#define TIMER_CLAIM_MAX 256
/* Oldest first; they live for the call. wait_ms: until the next one is due, -1 when none is known.
 */
typedef void (*timer_claimed_fn)(void *ctx, enum status status, const struct due_timer *timers,
                                 uint32_t count, int64_t wait_ms);
void timer_store_claim(struct store *store, const struct timer_claim *claim, timer_claimed_fn fn,
                       void *ctx);
/* Claimed, but not begun. At most TIMER_CLAIM_MAX. */
void timer_store_release(struct store *store, const struct due_timer *timers, uint32_t count,
                         timer_done_fn fn, void *ctx);

#endif
