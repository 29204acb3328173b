#include "jobs/runner.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "store/store.h"

#define SLEEP_AFTER_FAILURE_MS 500
#define SLEEP_AT_LEAST_MS 5

struct runner {
    uv_timer_t timer;          /* owned by the loop until closed */
    const struct job_env *env; /* borrowed */
    unsigned running;          /* handlers under way */
    bool reading;              /* timer_due is under way */
    bool stopped;
    bool wake_again;           /* woken while reading */
    struct runner_counts counts;
    void (*on_destroyed)(void *ctx);
    void *destroyed_ctx;
};

static void on_sleep_over(uv_timer_t *handle);
static void on_due(void *ctx, enum status status, const struct store_rows *rows);

struct runner *runner_create(uv_loop_t *loop, const struct job_env *env)
{
    struct runner *runner = mem_alloc(sizeof(*runner));
    runner->env = env;
    runner->stopped = true;
    runner->timer.data = runner;
    uv_timer_init(loop, &runner->timer);
    return runner;
}

static void sleep_for(struct runner *runner, int64_t ms)
{
    if (runner->stopped)
        return;
    if (ms > RUNNER_SLEEP_MAX_MS)
        ms = RUNNER_SLEEP_MAX_MS;
    if (ms < SLEEP_AT_LEAST_MS)
        ms = SLEEP_AT_LEAST_MS;
    uv_timer_start(&runner->timer, on_sleep_over, (uint64_t)ms, 0);
}

void runner_start(struct runner *runner)
{
    runner->stopped = false;
    sleep_for(runner, 0);
}

void runner_wake(struct runner *runner)
{
    if (runner->reading)
        runner->wake_again = true;
    else
        sleep_for(runner, 0);
}

void runner_stop(struct runner *runner)
{
    runner->stopped = true;
    uv_timer_stop(&runner->timer);
}

bool runner_is_idle(const struct runner *runner)
{
    return !runner->reading && runner->running == 0;
}

struct runner_counts runner_counts(const struct runner *runner)
{
    return runner->counts;
}

static void on_closed(uv_handle_t *handle)
{
    struct runner *runner = handle->data;
    void (*fn)(void *ctx) = runner->on_destroyed;
    void *ctx = runner->destroyed_ctx;
    mem_free(runner);
    if (fn != NULL)
        fn(ctx);
}

void runner_destroy(struct runner *runner, void (*fn)(void *ctx), void *ctx)
{
    runner->on_destroyed = fn;
    runner->destroyed_ctx = ctx;
    uv_close((uv_handle_t *)&runner->timer, on_closed);
}

/* 1. Ask which timers are due, as many as there is room for. */
static void on_sleep_over(uv_timer_t *handle)
{
    struct runner *runner = handle->data;
    if (runner->reading || runner->running >= RUNNER_JOBS_MAX) {
        sleep_for(runner, SLEEP_AFTER_FAILURE_MS);
        return;
    }
    runner->reading = true;
    struct store_args args = {0};
    args_int(&args, RUNNER_JOBS_MAX - runner->running);
    store_read(runner->env->store, SQL_TIMER_DUE, &args, on_due, runner);
}

/* Reads one row of timer_due; false: a name does not fit, the row is ours and wrong. */
static bool read_timer(const struct store_rows *rows, int row, struct due_timer *timer)
{
    struct wire_text entity_type = rows_text(rows, row, 0);
    struct wire_text name = rows_text(rows, row, 2);
    if (entity_type.len > TIMER_NAME_MAX || name.len > TIMER_NAME_MAX)
        return false;
    memset(timer, 0, sizeof(*timer));
    memcpy(timer->entity_type, entity_type.data, entity_type.len);
    memcpy(timer->name, name.data, name.len);
    timer->entity_id = rows_id(rows, row, 1);
    timer->state_version = (uint32_t)rows_int(rows, row, 3);
    timer->due_at = rows_time(rows, row, 4);
    return true;
}

/* 2. Start the handler of one timer. */
static void start_job(struct runner *runner, const struct due_timer *timer, int64_t now)
{
    const struct timer_kind *kind = timer_table_find(timer->entity_type, timer->name);
    if (kind == NULL) {
        log_error("jobs.unknown_timer", "entity=%s name=%s id=%llu", timer->entity_type,
                  timer->name, (unsigned long long)timer->entity_id);
        return;
    }
    if (now - timer->due_at > kind->late_ms) {
        runner->counts.late++;
        log_warn("jobs.timer_late", "entity=%s name=%s id=%llu late_ms=%lld", timer->entity_type,
                 timer->name, (unsigned long long)timer->entity_id,
                 (long long)(now - timer->due_at));
    }
    struct job *job = mem_alloc(sizeof(*job));
    job->env = runner->env;
    job->runner = runner;
    job->timer = *timer;
    runner->running++;
    kind->handler(job);
}

/* 3. Start them all, oldest first, and sleep until the next is due. */
static void on_due(void *ctx, enum status status, const struct store_rows *rows)
{
    struct runner *runner = ctx;
    runner->reading = false;
    if (status != STATUS_OK) {
        sleep_for(runner, SLEEP_AFTER_FAILURE_MS);
        return;
    }
    int64_t now = clock_wall_ms();
    int64_t next_due = now + RUNNER_SLEEP_MAX_MS;
    for (int row = 0; row < rows->count; row++) {
        struct due_timer timer;
        if (!read_timer(rows, row, &timer))
            continue;
        if (timer.due_at > now) { /* the last row may be the next one to come */
            next_due = timer.due_at;
            break;
        }
        if (!runner->stopped)
            start_job(runner, &timer, now);
    }
    bool again = runner->wake_again;
    runner->wake_again = false;
    sleep_for(runner, again ? 0 : next_due - now);
}

/* 4. A handler is through; when all are, look for more at once. */
void job_done(struct job *job, enum status status)
{
    struct runner *runner = job->runner;
    if (status == STATUS_OK) {
        runner->counts.fired++;
    } else if (status != STATUS_CONFLICT) { /* conflict: somebody moved it first, as it should be */
        runner->counts.failed++;
        log_warn("jobs.timer_failed", "entity=%s name=%s id=%llu status=%s",
                 job->timer.entity_type, job->timer.name, (unsigned long long)job->timer.entity_id,
                 status_name(status));
    }
    bool failed = status != STATUS_OK && status != STATUS_CONFLICT;
    mem_free(job);
    runner->running--;
    if (failed)
        sleep_for(runner, SLEEP_AFTER_FAILURE_MS);
    else if (runner->running == 0)
        runner_wake(runner);
}
