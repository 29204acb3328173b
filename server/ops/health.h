/*
 * health: whether what the operations need is there; for the doors, which may not ask the store.
 */
#ifndef OPS_HEALTH_H
#define OPS_HEALTH_H

#include <stdbool.h>

#include "ops/ops_env.h"

/* The database can be used now. */
bool health_database_is_up(const struct ops_env *env);

#endif
