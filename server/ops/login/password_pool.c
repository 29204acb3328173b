#include "ops/login/password_pool.h"

#include <string.h>
#include <utlist.h>

#include "base/mem.h"
#include "rules/password.h"
#include "rules/secret.h"

struct check {
    struct check *prev, *next;
    char hash[PASSWORD_HASH_MAX];
    bool is_nobody;
    char text[PASSWORD_LEN_MAX];
    size_t len;
    bool matches; /* written by the thread */
    password_checked_fn fn;
    void *ctx; /* borrowed */
};

struct password_pool {
    uv_thread_t threads[PASSWORD_THREADS];
    unsigned thread_count;
    uv_async_t wake; /* the loop, when something is done */
    char decoy[PASSWORD_HASH_MAX];
    size_t open; /* waiting, running or done but not told; loop only */
    password_closed_fn on_closed;
    void *closed_ctx; /* borrowed */
    /* Shared with the threads, under the lock. */
    uv_mutex_t lock;
    uv_cond_t more;
    struct check *waiting; /* oldest first */
    struct check *done;
    bool is_ending;
};

static struct check *take(struct check **list)
{
    struct check *first = *list;
    if (first != NULL)
        DL_DELETE(*list, first);
    return first;
}

static void work(void *arg)
{
    struct password_pool *pool = arg;
    uv_mutex_lock(&pool->lock);
    while (!pool->is_ending) {
        struct check *check = take(&pool->waiting);
        if (check == NULL) {
            uv_cond_wait(&pool->more, &pool->lock);
            continue;
        }
        uv_mutex_unlock(&pool->lock);
        bool matches = password_matches(check->hash, check->text, check->len);
        check->matches = matches && !check->is_nobody;
        secret_wipe(check->text, sizeof(check->text));
        uv_mutex_lock(&pool->lock);
        DL_APPEND(pool->done, check);
        uv_async_send(&pool->wake);
    }
    uv_mutex_unlock(&pool->lock);
}

static void tell(struct password_pool *pool, struct check *check)
{
    pool->open--;
    check->fn(check->ctx, check->matches);
    secret_wipe(check, sizeof(*check));
    mem_free(check);
}

/* One wake may stand for several. */
static void on_wake(uv_async_t *handle)
{
    struct password_pool *pool = handle->data;
    struct check *check;
    do {
        uv_mutex_lock(&pool->lock);
        check = take(&pool->done);
        uv_mutex_unlock(&pool->lock);
        if (check != NULL)
            tell(pool, check);
    } while (check != NULL);
}

static void end_threads(struct password_pool *pool)
{
    uv_mutex_lock(&pool->lock);
    pool->is_ending = true;
    uv_cond_broadcast(&pool->more);
    uv_mutex_unlock(&pool->lock);
    for (unsigned i = 0; i < pool->thread_count; i++)
        uv_thread_join(&pool->threads[i]);
    pool->thread_count = 0;
}

enum status password_pool_create(uv_loop_t *loop, struct password_pool **out)
{
    struct password_pool *pool = mem_alloc(sizeof(*pool));
    uv_thread_options_t options = {.flags = UV_THREAD_HAS_STACK_SIZE, .stack_size = 256 * 1024};
    if (password_decoy(pool->decoy) != STATUS_OK)
        goto fail_decoy;
    if (uv_mutex_init(&pool->lock) != 0)
        goto fail_decoy;
    if (uv_cond_init(&pool->more) != 0)
        goto fail_cond;
    for (; pool->thread_count < PASSWORD_THREADS; pool->thread_count++)
        if (uv_thread_create_ex(&pool->threads[pool->thread_count], &options, work, pool) != 0)
            goto fail_thread;
    if (uv_async_init(loop, &pool->wake, on_wake) != 0)
        goto fail_thread;
    pool->wake.data = pool;
    *out = pool;
    return STATUS_OK;

fail_thread:
    end_threads(pool);
    uv_cond_destroy(&pool->more);
fail_cond:
    uv_mutex_destroy(&pool->lock);
fail_decoy:
    mem_free(pool);
    return STATUS_BUSY;
}

enum status password_pool_check(struct password_pool *pool,
                                const struct password_question *question, password_checked_fn fn,
                                void *ctx)
{
    if (pool->open >= PASSWORD_QUEUE_MAX + PASSWORD_THREADS || pool->on_closed != NULL)
        return STATUS_BUSY;
    struct check *check = mem_alloc(sizeof(*check));
    const char *compared = question->hash != NULL ? question->hash : pool->decoy;
    size_t hash_len = strnlen(compared, PASSWORD_HASH_MAX - 1);
    memcpy(check->hash, compared, hash_len);
    check->is_nobody = question->hash == NULL || question->len > PASSWORD_LEN_MAX;
    check->len = question->len <= PASSWORD_LEN_MAX ? question->len : PASSWORD_LEN_MAX;
    memcpy(check->text, question->text, check->len);
    check->fn = fn;
    check->ctx = ctx;
    pool->open++;
    uv_mutex_lock(&pool->lock);
    DL_APPEND(pool->waiting, check);
    uv_cond_signal(&pool->more);
    uv_mutex_unlock(&pool->lock);
    return STATUS_OK;
}

size_t password_pool_waiting(const struct password_pool *pool)
{
    return pool->open;
}

static void on_wake_closed(uv_handle_t *handle)
{
    struct password_pool *pool = handle->data;
    struct check *check;
    while ((check = take(&pool->done)) != NULL)
        tell(pool, check);
    while ((check = take(&pool->waiting)) != NULL)
        tell(pool, check);
    pool->on_closed(pool->closed_ctx);
}

void password_pool_close(struct password_pool *pool, password_closed_fn fn, void *ctx)
{
    pool->on_closed = fn;
    pool->closed_ctx = ctx;
    end_threads(pool); /* waits for the checks that run: tens of milliseconds, at shutdown only */
    uv_close((uv_handle_t *)&pool->wake, on_wake_closed);
}

void password_pool_destroy(struct password_pool *pool)
{
    uv_cond_destroy(&pool->more);
    uv_mutex_destroy(&pool->lock);
    secret_wipe(pool, sizeof(*pool));
    mem_free(pool);
}
