/*
 * password_pool: checks passwords in two threads of its own, because one check takes tens of
 * milliseconds and libuv's pool is for files. Owned by login_env. Bounded: PASSWORD_QUEUE_MAX
 * checks wait, what comes beyond is refused, so a flood of logins costs two threads and no more.
 */
#ifndef OPS_LOGIN_PASSWORD_POOL_H
#define OPS_LOGIN_PASSWORD_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#include "base/status.h"

#define PASSWORD_THREADS 2
#define PASSWORD_QUEUE_MAX 64

struct password_pool;

/* STATUS_BUSY: no threads. */
MUST_USE enum status password_pool_create(uv_loop_t *loop, struct password_pool **out);

/* Called once, from the loop. */
typedef void (*password_checked_fn)(void *ctx, bool matches);
/* Borrowed for the call. */
struct password_question {
    const char *hash; /* NULL: nobody of that name; it takes as long and never matches */
    const char *text; /* what was typed */
    size_t len;
};
/* STATUS_BUSY: too many wait; fn is not called. */
MUST_USE enum status password_pool_check(struct password_pool *pool,
                                         const struct password_question *question,
                                         password_checked_fn fn, void *ctx);
size_t password_pool_waiting(const struct password_pool *pool);

/* What runs ends, what waits is answered `false`, then fn. */
typedef void (*password_closed_fn)(void *ctx);
void password_pool_close(struct password_pool *pool, password_closed_fn fn, void *ctx);
void password_pool_destroy(struct password_pool *pool);

#endif
