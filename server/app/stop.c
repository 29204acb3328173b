/*
 * The way out. Each phase waits for its condition or its time, looked at every STEP_MS:
 *   answering  no new connections or requests; until no call is open
 *   leaving    everyone was told when to come back; until nobody is connected
 *   closing    jobs, threads, database links; until each has said it is through
 *   ending     doors, hub and handles; until the loop has nothing left
 */
#include "app/app_state.h"
#include "app/process.h"
#include "base/clock.h"
#include "base/log.h"
#include "media/media.h"
#include "ops/access/reading.h"
#include "ops/alert/alert_spool.h"

#define STEP_MS 20
#define LEAVING_MS 3000
#define CLOSING_MS 5000

static void enter(struct app *app, enum app_phase phase, int64_t most_ms)
{
    app->phase = phase;
    app->phase_until_ms = clock_mono_ms() + most_ms;
}

static void on_part_closed(void *ctx)
{
    struct app *app = ctx;
    app->parts_open--;
}

static void begin_closing(struct app *app)
{
    enter(app, APP_CLOSING, CLOSING_MS);
    if (app->ops_open)
        ops_stop(&app->ops);
    if (app->chores != NULL) {
        app->parts_open++;
        chores_destroy(app->chores, on_part_closed, app);
    }
    if (app->courier != NULL) {
        app->parts_open++;
        courier_destroy(app->courier, on_part_closed, app);
    }
    if (app->runner != NULL) {
        app->parts_open++;
        runner_destroy(app->runner, on_part_closed, app);
    }
    if (app->calendar_watch != NULL) {
        app->parts_open++;
        calendar_watch_destroy(app->calendar_watch, on_part_closed, app);
    }
    if (app->store != NULL) {
        app->parts_open++;
        store_close(app->store, on_part_closed, app);
    }
    if (app->login != NULL) {
        app->parts_open++;
        login_env_close(app->login, on_part_closed, app);
    }
    if (app->media.media != NULL) {
        app->parts_open++;
        media_close(app->media.media, on_part_closed, app);
    }
}

static void begin_ending(struct app *app)
{
    enter(app, APP_ENDING, 0);
    if (app->net != NULL)
        net_close(app->net);
    if (app->hub != NULL)
        hub_close(app->hub, NULL, NULL);
    uv_close((uv_handle_t *)&app->second, NULL);
    uv_close((uv_handle_t *)&app->step, NULL);
    uv_close((uv_handle_t *)&app->signals[0], NULL);
    uv_close((uv_handle_t *)&app->signals[1], NULL);
    log_info("app.ended", "code=%d", app->exit_code);
}

/* Nothing that somebody waits for is under way. */
static bool is_answered(const struct app *app)
{
    return (!app->ops_open || ops_is_idle(&app->ops)) &&
           (app->net == NULL || net_waiting(app->net) == 0);
}

static bool is_quiet(const struct app *app)
{
    if (app->alert.spool != NULL && !alert_spool_is_idle(app->alert.spool))
        return false;
    if (app->runner != NULL && !runner_is_idle(app->runner))
        return false;
    if (app->calendar_watch != NULL && !calendar_watch_is_idle(app->calendar_watch))
        return false;
    if (app->chores != NULL && !chores_is_idle(app->chores))
        return false;
    if (app->courier != NULL && !courier_is_idle(app->courier))
        return false;
    if (app->ops_open && store_is_up(app->store) && reading_waiting(&app->ops) > 0)
        return false;
    return app->store == NULL || store_is_idle(app->store);
}

static bool is_left(const struct app *app)
{
    struct net_counts counts;
    if (app->net == NULL)
        return true;
    net_count(app->net, &counts);
    return counts.connections == 0;
}

static void on_step(uv_timer_t *timer)
{
    struct app *app = timer->data;
    const bool late = clock_mono_ms() >= app->phase_until_ms;
    switch (app->phase) {
    case APP_RUNNING:
        break;
    case APP_ANSWERING:
        if (!is_answered(app) && !late)
            break;
        if (!is_answered(app))
            log_warn("app.calls_cut", "open=%u", app->ops.open_call_count);
        enter(app, APP_LEAVING, LEAVING_MS);
        if (app->hub != NULL)
            hub_drain(app->hub, (uint32_t)app->settings->drain_spread_ms);
        break;
    case APP_LEAVING:
        if ((is_left(app) && is_quiet(app)) || late)
            begin_closing(app);
        break;
    case APP_CLOSING:
        if (app->parts_open == 0)
            begin_ending(app);
        else if (late)
            log_error("app.parts_hang", "open=%u", app->parts_open);
        break;
    case APP_ENDING:
        break;
    }
}

void app_begin_stop(struct app *app)
{
    if (app->phase != APP_RUNNING)
        return;
    enter(app, APP_ANSWERING, app->settings->drain_ms);
    process_notify("STOPPING=1");
    if (app->net != NULL) {
        net_stop_accepting(app->net);
        net_stop_reading(app->net);
    }
    if (app->door != NULL)
        http_door_drain(app->door);
    if (app->runner != NULL)
        runner_stop(app->runner);
    if (app->calendar_watch != NULL)
        calendar_watch_stop(app->calendar_watch);
    if (app->chores != NULL)
        chores_stop(app->chores);
    if (app->courier != NULL)
        courier_stop(app->courier);
    uv_timer_start(&app->step, on_step, 0, STEP_MS);
}
