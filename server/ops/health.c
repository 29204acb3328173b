#include "ops/health.h"

#include "store/store.h"

bool health_database_is_up(const struct ops_env *env)
{
    return store_is_up(env->store);
}
