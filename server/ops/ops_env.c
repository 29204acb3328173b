#include "ops/ops_env.h"

#include "ops/access/reading.h"
#include "ops/room/room_directory.h"
#include "ops/room/warm_up.h"
#include "ops/work/work_feed.h"
#include "rules/throttle.h"

/* Buckets kept at most: accounts, addresses and rooms that were busy lately. */
#define THROTTLE_PLACES 65536

void ops_open(struct ops_env *env)
{
    env->directory = room_directory_create();
    env->warmings = room_warmings_create();
    env->throttle = throttle_table_create(THROTTLE_PLACES);
    env->readings = reading_log_create();
    env->work = work_feed_create();
}

void ops_stop(struct ops_env *env)
{
    env->closing = true;
}

void ops_close(struct ops_env *env)
{
    ops_stop(env);
    room_directory_destroy(env->directory);
    room_warmings_destroy(env->warmings);
    throttle_table_destroy(env->throttle);
    reading_log_destroy(env->readings);
    work_feed_destroy(env->work);
    env->directory = NULL;
    env->warmings = NULL;
    env->throttle = NULL;
    env->readings = NULL;
    env->work = NULL;
}

bool ops_is_idle(const struct ops_env *env)
{
    return env->open_call_count == 0;
}
