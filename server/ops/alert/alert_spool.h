/*
 * alert_spool: a signed critical alert while the database is away. It is written to a synced file,
 * delivered at once to those connected whose roles cover the place, as far as this node knows
 * places and people, and recorded as exactly one alert when the database is back.
 */
#ifndef OPS_ALERT_ALERT_SPOOL_H
#define OPS_ALERT_ALERT_SPOOL_H

#include "ops/alert/injection.h"
#include "store/spool.h"

struct alert_spool;

/* Takes the spool. */
struct alert_spool *alert_spool_create(struct ops_env *env, struct spool *spool);
/* Only when idle; closes the spool. */
void alert_spool_destroy(struct alert_spool *spool);
bool alert_spool_is_idle(const struct alert_spool *spool);

/* STATUS_UNAVAILABLE: only new, actual, critical alerts for a place this node knows are taken, and
 * only while there is room. STATUS_KEY_REUSED: the spool holds this identifier with other content.
 * fn is not called then. fn's STATUS_OK: it is on disk and delivered; a repeat of what the spool
 * holds gets its numbers (and fn before this returns). The request is borrowed until fn. */
MUST_USE enum status alert_spool_take(struct ops_env *env, struct injection_request *request,
                                      void (*fn)(void *ctx, enum status status), void *ctx);

/* Reads every place anew; what comes while it reads is read once more. */
void alert_spool_learn_places(struct alert_spool *spool);
/* The database is back: learn the places, record what waits, oldest first, then empty the file. */
void alert_spool_reconcile(struct alert_spool *spool);
/* Alerts that wait to be recorded. */
uint32_t alert_spool_waiting(const struct alert_spool *spool);

#endif
