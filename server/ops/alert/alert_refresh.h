/*
 * alert_refresh: after any change of an alert, here or on another node: read it again, put it on
 * the board (which tells everyone it concerns). The one way from the database to people.
 */
#ifndef OPS_ALERT_ALERT_REFRESH_H
#define OPS_ALERT_ALERT_REFRESH_H

#include "ops/ops_env.h"
#include "store/alert_store.h"

typedef void (*alert_refreshed_fn)(void *ctx, enum status status);

/* Read once more if it is being read just now: fn (may be NULL) hears of a read that began after
 * this. STATUS_NOT_FOUND: there is no such alert. */
void alert_refresh(struct ops_env *env, uint64_t alert_id, alert_refreshed_fn fn, void *ctx);

/* Fills the board with everything in force; once at start and whenever listening begins anew. */
void alert_refresh_all(struct ops_env *env);

#endif
