#include "jobs/calendar_watch.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "store/timer_recount.h"

#define RETRY_MS 1000

struct calendar_watch {
    uv_timer_t retry;                 /* owned by the loop until closed */
    struct store *store;              /* borrowed */
    struct calendar_store *calendars; /* borrowed */
    struct recount_cursor cursor;
    uint32_t moved;
    bool busy;
    bool again; /* changed while busy */
    bool stopped;
    void (*on_destroyed)(void *ctx);
    void *destroyed_ctx;
};

static void on_loaded(void *ctx, enum status status);
static void on_counted(void *ctx, enum status status, bool is_last_page, uint32_t moved);

struct calendar_watch *calendar_watch_create(uv_loop_t *loop, struct store *store,
                                             struct calendar_store *calendars)
{
    struct calendar_watch *watch = mem_alloc(sizeof(*watch));
    watch->store = store;
    watch->calendars = calendars;
    watch->retry.data = watch;
    uv_timer_init(loop, &watch->retry);
    return watch;
}

/* 1. Read the calendars. */
void calendar_watch_refresh(struct calendar_watch *watch)
{
    if (watch->stopped)
        return;
    if (watch->busy) {
        watch->again = true;
        return;
    }
    watch->busy = true;
    watch->again = false;
    uv_timer_stop(&watch->retry);
    calendar_store_load(watch->calendars, on_loaded, watch);
}

static void on_retry(uv_timer_t *timer)
{
    calendar_watch_refresh(timer->data);
}

static void settle(struct calendar_watch *watch, enum status status)
{
    watch->busy = false;
    if (watch->stopped)
        return;
    if (watch->again) {
        calendar_watch_refresh(watch);
    } else if (status != STATUS_OK) {
        if (status != STATUS_UNAVAILABLE)
            log_warn("jobs.calendar_not_read", "status=%s", status_name(status));
        uv_timer_start(&watch->retry, on_retry, RETRY_MS, 0);
    } else if (watch->moved > 0) {
        log_info("jobs.timers_recounted", "moved=%u", watch->moved);
    }
}

static void count_page(struct calendar_watch *watch)
{
    const struct recount_step step = {watch->calendars, &watch->cursor, on_counted, watch};
    timer_recount(watch->store, &step);
}

/* Without the year's holidays, working days are counted as if there were none. */
static void warn_of_old_table(const struct calendar_watch *watch)
{
    int32_t known = calendar_store_known_year(watch->calendars);
    int32_t now = calendar_year(clock_wall_ms());
    if (known < now)
        log_warn("jobs.holidays_unknown", "known_until=%d now=%d", known, now);
}

/* 2. Count what depends on them, page by page. */
static void on_loaded(void *ctx, enum status status)
{
    struct calendar_watch *watch = ctx;
    if (status != STATUS_OK || watch->stopped) {
        settle(watch, status);
        return;
    }
    warn_of_old_table(watch);
    watch->cursor = (struct recount_cursor){0};
    watch->moved = 0;
    count_page(watch);
}

static void on_counted(void *ctx, enum status status, bool is_last_page, uint32_t moved)
{
    struct calendar_watch *watch = ctx;
    watch->moved += moved;
    if (status != STATUS_OK || is_last_page || watch->again || watch->stopped)
        settle(watch, status);
    else
        count_page(watch);
}

void calendar_watch_stop(struct calendar_watch *watch)
{
    watch->stopped = true;
    uv_timer_stop(&watch->retry);
}

bool calendar_watch_is_idle(const struct calendar_watch *watch)
{
    return !watch->busy;
}

static void on_closed(uv_handle_t *handle)
{
    struct calendar_watch *watch = handle->data;
    void (*fn)(void *ctx) = watch->on_destroyed;
    void *ctx = watch->destroyed_ctx;
    mem_free(watch);
    if (fn != NULL)
        fn(ctx);
}

void calendar_watch_destroy(struct calendar_watch *watch, void (*fn)(void *ctx), void *ctx)
{
    watch->on_destroyed = fn;
    watch->destroyed_ctx = ctx;
    uv_close((uv_handle_t *)&watch->retry, on_closed);
}
