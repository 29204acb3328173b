#include "jobs/chores.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "store/search_store.h"
#include "store/store.h"

#define SECONDS 1000LL
#define MINUTES (60 * SECONDS)
#define HOURS (60 * MINUTES)
#define STEP_ROWS 500
#define PAUSE_FACTOR 5
#define PAUSE_AFTER_FAILURE_MS (10 * SECONDS)

struct chores;
typedef void (*chore_fn)(struct chores *chores);

static void build_search(struct chores *chores);
static void remove_messages(struct chores *chores);
static void remove_security_log(struct chores *chores);
static void forget_alerts(struct chores *chores);
static void forget_persons(struct chores *chores);
static void remove_rest(struct chores *chores);
static void remove_pictures(struct chores *chores);
static void sweep_logins(struct chores *chores);

/* name, step, how long to rest when nothing is left to do */
static const struct chore {
    const char *name;
    chore_fn step;
    int64_t idle_ms;
} chore_table[] = {
    {"search_index", build_search, 5 * SECONDS},
    {"messages", remove_messages, HOURS},
    {"security_log", remove_security_log, HOURS},
    {"alerts", forget_alerts, HOURS},
    {"persons", forget_persons, HOURS},
    {"rest", remove_rest, HOURS},
    {"pictures", remove_pictures, HOURS},
    {"logins", sweep_logins, 10 * MINUTES},
};

struct chores {
    uv_timer_t timer;    /* owned by the loop until closed */
    struct store *store; /* borrowed */
    struct chore_settings settings;
    int64_t due_ms[ARRAY_LEN(chore_table)]; /* monotonic */
    size_t current;
    int64_t step_began_ms;
    bool running;
    bool stopped;
    uint64_t steps;
    uint64_t failures;
    void (*on_destroyed)(void *ctx);
    void *destroyed_ctx;
};

static void on_pause_over(uv_timer_t *handle);

struct chores *chores_create(uv_loop_t *loop, struct store *store,
                             const struct chore_settings *settings)
{
    struct chores *chores = mem_alloc(sizeof(*chores));
    chores->store = store;
    chores->settings = *settings;
    chores->stopped = true;
    chores->timer.data = chores;
    uv_timer_init(loop, &chores->timer);
    return chores;
}

static size_t find_earliest(const struct chores *chores)
{
    size_t earliest = 0;
    for (size_t i = 1; i < ARRAY_LEN(chore_table); i++)
        if (chores->due_ms[i] < chores->due_ms[earliest])
            earliest = i;
    return earliest;
}

static void pause_until_due(struct chores *chores)
{
    if (chores->stopped)
        return;
    int64_t wait = chores->due_ms[find_earliest(chores)] - clock_mono_ms();
    uv_timer_start(&chores->timer, on_pause_over, wait > 0 ? (uint64_t)wait : 0, 0);
}

void chores_start(struct chores *chores)
{
    if (!chores->stopped)
        return;
    chores->stopped = false;
    for (size_t i = 0; i < ARRAY_LEN(chore_table); i++)
        chores->due_ms[i] = clock_mono_ms() + SECONDS;
    if (!chores->running)
        pause_until_due(chores);
}

void chores_stop(struct chores *chores)
{
    chores->stopped = true;
    uv_timer_stop(&chores->timer);
}

bool chores_is_idle(const struct chores *chores)
{
    return !chores->running;
}

uint64_t chores_steps(const struct chores *chores)
{
    return chores->steps;
}

uint64_t chores_failures(const struct chores *chores)
{
    return chores->failures;
}

static void on_closed(uv_handle_t *handle)
{
    struct chores *chores = handle->data;
    void (*fn)(void *ctx) = chores->on_destroyed;
    void *ctx = chores->destroyed_ctx;
    mem_free(chores);
    if (fn != NULL)
        fn(ctx);
}

void chores_destroy(struct chores *chores, void (*fn)(void *ctx), void *ctx)
{
    chores->on_destroyed = fn;
    chores->destroyed_ctx = ctx;
    uv_close((uv_handle_t *)&chores->timer, on_closed);
}

static void on_pause_over(uv_timer_t *handle)
{
    struct chores *chores = handle->data;
    chores->current = find_earliest(chores);
    chores->running = true;
    chores->step_began_ms = clock_mono_ms();
    chore_table[chores->current].step(chores);
}

/* A step is through; `done` says how much it did, 0 that nothing is left. */
static void settle(struct chores *chores, enum status status, uint64_t done)
{
    const struct chore *chore = &chore_table[chores->current];
    int64_t now = clock_mono_ms();
    int64_t pause = chore->idle_ms;
    chores->running = false;
    if (status != STATUS_OK) {
        chores->failures++;
        pause = PAUSE_AFTER_FAILURE_MS;
        if (status != STATUS_UNAVAILABLE)
            log_warn("jobs.chore_failed", "chore=%s status=%s", chore->name, status_name(status));
    } else if (done > 0) {
        chores->steps++;
        pause = (now - chores->step_began_ms) * PAUSE_FACTOR;
    }
    chores->due_ms[chores->current] = now + pause;
    pause_until_due(chores);
}

static void on_counted(void *ctx, enum status status, const struct store_rows *rows)
{
    settle(ctx, status, status == STATUS_OK && rows->count > 0 ? rows_id(rows, 0, 0) : 0);
}

static void on_affected(void *ctx, enum status status, const struct store_rows *rows)
{
    settle(ctx, status, status == STATUS_OK ? (uint64_t)rows->count : 0);
}

static void on_built(void *ctx, enum status status, uint32_t built)
{
    settle(ctx, status, built);
}

static void build_search(struct chores *chores)
{
    search_store_build_step(chores->store, on_built, chores);
}

static void remove_older(struct chores *chores, enum sql_statement statement, uint32_t days)
{
    struct store_args args = {0};
    args_int(&args, days);
    args_int(&args, STEP_ROWS);
    store_write_slow(chores->store, statement, &args, on_counted, chores);
}

static void remove_messages(struct chores *chores)
{
    remove_older(chores, SQL_RETENTION_MESSAGES, chores->settings.message_days);
}

/* Cybersecurity Law, duty to keep network logs: six months; the statement refuses less. */
static void remove_security_log(struct chores *chores)
{
    remove_older(chores, SQL_RETENTION_SECURITY_LOG, chores->settings.security_days);
}

static void forget_alerts(struct chores *chores)
{
    remove_older(chores, SQL_RETENTION_ALERTS, chores->settings.alert_days);
}

static void forget_persons(struct chores *chores)
{
    remove_older(chores, SQL_RETENTION_PERSONS, chores->settings.person_days);
}

static void remove_rest(struct chores *chores)
{
    struct store_args args = {0};
    args_int(&args, STEP_ROWS);
    store_write_slow(chores->store, SQL_RETENTION_REST, &args, on_counted, chores);
}

static void remove_pictures(struct chores *chores)
{
    struct store_args args = {0};
    args_int(&args, STEP_ROWS);
    store_write_slow(chores->store, SQL_MEDIA_ORPHANS_REMOVE, &args, on_affected, chores);
}

static void sweep_logins(struct chores *chores)
{
    store_write_slow(chores->store, SQL_LOGIN_SWEEP, NULL, on_affected, chores);
}
