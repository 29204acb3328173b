/*
 * dispute_refresh: after any change of a dispute, here or on another node: whoever it concerns and
 * is connected gets it in her projection. The one way from the database to people.
 */
#ifndef OPS_DISPUTE_DISPUTE_REFRESH_H
#define OPS_DISPUTE_DISPUTE_REFRESH_H

#include "ops/ops_env.h"

void dispute_refresh(struct ops_env *env, uint64_t dispute_id);
/* News may have been missed: everything that changed since this node last heard any. */
void dispute_refresh_missed(struct ops_env *env);

#endif
