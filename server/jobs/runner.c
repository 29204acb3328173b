#include "jobs/runner.h"

#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

#define SLEEP_AFTER_FAILURE_MS 500
#define SLEEP_AT_LEAST_MS      5
/* A claim is not begun when less than this is left of it: another node may have it by then. */
#define CLAIM_MARGIN_MS        (RUNNER_CLAIM_MS / 2)
/* How often somebody may be faster before the timer waits for its claim to run out. */
#define CONFLICTS_MAX          3
#define LATE_LOG_MS            10000

struct runner {
    uv_timer_t timer;          /* owned by the loop until closed */
    const struct job_env *env; /* borrowed */
    struct wire_text kinds[TIMER_KINDS_MAX];
    uint32_t kind_count;
    struct due_timer claimed[RUNNER_CLAIM]; /* next … count: not begun yet */
    uint32_t next;
    uint32_t count;
    int64_t claimed_ms; /* monotonic; when this claim was asked for */
    unsigned running;   /* handlers under way */
    bool claiming;      /* timer_claim is under way */
    bool releasing;     /* timer_release is under way */
    bool more;          /* the last claim was full: there is more that is due */
    bool stopped;
    bool wake_again; /* woken while claiming */
    int64_t wait_ms; /* until the next one is due, when the last claim was asked */
    struct runner_counts counts;
    uint32_t late_unlogged; /* since the last line in the log */
    int64_t late_most_ms;
    int64_t late_logged_ms; /* monotonic */
    void (*on_destroyed)(void *ctx);
    void *destroyed_ctx;
};

static void on_sleep_over(uv_timer_t *handle);
static void on_claimed(void *ctx, enum status status, const struct due_timer *timers,
                       uint32_t count, int64_t wait_ms);
static void start_jobs(struct runner *runner);

struct runner *runner_create(uv_loop_t *loop, const struct job_env *env)
{
    struct runner *runner = mem_alloc(sizeof(*runner));
    runner->env = env;
    runner->stopped = true;
    runner->kind_count = timer_table_kinds(runner->kinds);
    runner->timer.data = runner;
    uv_timer_init(loop, &runner->timer);
    return runner;
}

static void sleep_for(struct runner *runner, int64_t ms)
{
    if (runner->stopped)
        return;
    if (ms > RUNNER_SLEEP_MAX_MS || ms < 0)
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
    if (runner->claiming)
        runner->wake_again = true;
    else
        sleep_for(runner, 0);
}

static void on_released(void *ctx, enum status status)
{
    struct runner *runner = ctx;
    runner->releasing = false;
    if (status != STATUS_OK)
        log_warn("jobs.timers_kept", "status=%s", status_name(status)); /* until the claim ends */
}

/* What was claimed and not begun is given back at once. */
static void release(struct runner *runner)
{
    uint32_t count = runner->count - runner->next;
    if (count == 0)
        return;
    runner->releasing = true;
    timer_store_release(runner->env->store, &runner->claimed[runner->next], count, on_released,
                        runner);
    runner->next = runner->count;
}

void runner_stop(struct runner *runner)
{
    runner->stopped = true;
    uv_timer_stop(&runner->timer);
    release(runner);
}

bool runner_is_idle(const struct runner *runner)
{
    return !runner->claiming && !runner->releasing && runner->running == 0;
}

struct runner_counts runner_counts(const struct runner *runner)
{
    struct runner_counts counts = runner->counts;
    counts.waiting = runner->count - runner->next;
    return counts;
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

/* 1. Claim what is due. */
static void claim(struct runner *runner)
{
    const struct timer_claim wanted = {runner->kinds, runner->kind_count, RUNNER_CLAIM,
                                       RUNNER_CLAIM_MS};
    runner->claiming = true;
    runner->claimed_ms = clock_mono_ms();
    timer_store_claim(runner->env->store, &wanted, on_claimed, runner);
}

static void on_sleep_over(uv_timer_t *handle)
{
    struct runner *runner = handle->data;
    if (!runner->claiming && runner->next == runner->count)
        claim(runner);
}

/* One line in ten seconds says how late things were, however many they are after an outage. */
static void log_late(struct runner *runner)
{
    int64_t now = clock_mono_ms();
    if (runner->late_unlogged == 0 ||
        (runner->late_logged_ms != 0 && now - runner->late_logged_ms < LATE_LOG_MS))
        return;
    log_warn("jobs.timers_late", "count=%u most_ms=%lld", runner->late_unlogged,
             (long long)runner->late_most_ms);
    runner->late_unlogged = 0;
    runner->late_most_ms = 0;
    runner->late_logged_ms = now;
}

static void note_late(struct runner *runner, int64_t late_ms, const struct timer_kind *kind)
{
    if (late_ms <= kind->late_ms)
        return;
    runner->counts.late++;
    runner->late_unlogged++;
    if (late_ms > runner->late_most_ms)
        runner->late_most_ms = late_ms;
}

/* 2. Keep them in order, begin as many as may run. */
static void on_claimed(void *ctx, enum status status, const struct due_timer *timers,
                       uint32_t count, int64_t wait_ms)
{
    struct runner *runner = ctx;
    runner->claiming = false;
    if (status != STATUS_OK) {
        sleep_for(runner, SLEEP_AFTER_FAILURE_MS);
        return;
    }
    memcpy(runner->claimed, timers, count * sizeof(timers[0]));
    runner->next = 0;
    runner->count = count;
    runner->more = count == RUNNER_CLAIM;
    runner->wait_ms = runner->wake_again ? 0 : wait_ms;
    runner->wake_again = false;
    if (runner->stopped) {
        release(runner);
        return;
    }
    start_jobs(runner);
    log_late(runner);
}

/* Another node may have what was claimed too long ago. */
static bool is_claim_over(const struct runner *runner)
{
    return clock_mono_ms() - runner->claimed_ms > RUNNER_CLAIM_MS - CLAIM_MARGIN_MS;
}

/* 3. The handler of one timer. */
static void start_job(struct runner *runner, const struct due_timer *timer)
{
    const struct timer_kind *kind = timer_table_find(timer->entity_type, timer->name);
    if (kind == NULL) {
        log_error("jobs.unknown_timer", "entity=%s name=%s id=%llu", timer->entity_type,
                  timer->name, (unsigned long long)timer->entity_id);
        return;
    }
    note_late(runner, timer->late_ms, kind);
    struct job *job = mem_alloc(sizeof(*job));
    job->env = runner->env;
    job->runner = runner;
    job->timer = *timer;
    job->percent = timer_name_percent(timer->name);
    runner->running++;
    (job->percent != 0 ? kind->warning : kind->handler)(job);
}

/* When nothing is left to begin: claim on at once if there is more, else sleep. */
static void start_jobs(struct runner *runner)
{
    if (is_claim_over(runner))
        runner->next = runner->count;
    while (runner->next < runner->count && runner->running < RUNNER_JOBS_MAX)
        start_job(runner, &runner->claimed[runner->next++]);
    if (runner->next < runner->count || runner->claiming || runner->stopped)
        return;
    if (runner->more)
        claim(runner); /* while the last of these are under way */
    else
        sleep_for(runner, runner->wait_ms);
}

static bool run_again(struct job *job, enum status status)
{
    if (status != STATUS_CONFLICT || ++job->conflicts > CONFLICTS_MAX || job->runner->stopped)
        return false;
    const struct timer_kind *kind = timer_table_find(job->timer.entity_type, job->timer.name);
    (job->percent != 0 ? kind->warning : kind->handler)(job);
    return true;
}

/* 4. A handler is through; the next one may begin. */
void job_done(struct job *job, enum status status)
{
    struct runner *runner = job->runner;
    if (run_again(job, status)) /* somebody moved the object meanwhile: look again */
        return;
    if (status == STATUS_OK) {
        runner->counts.fired++;
    } else {
        runner->counts.failed++;
        log_warn("jobs.timer_failed", "entity=%s name=%s id=%llu status=%s attempts=%u",
                 job->timer.entity_type, job->timer.name, (unsigned long long)job->timer.entity_id,
                 status_name(status), job->timer.attempts);
    }
    mem_free(job);
    runner->running--;
    if (runner->next < runner->count)
        start_jobs(runner);
}
