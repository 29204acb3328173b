#include "app/app.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "app/app_state.h"
#include "app/process.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "hub/alert_board.h"
#include "hub/person_board.h"
#include "media/media.h"
#include "ops/alert/alert_refresh.h"
#include "ops/alert/alert_spool.h"
#include "ops/ops_watch.h"
#include "ops/person/person_refresh.h"
#include "ops/source/source_env.h"
#include "rules/secret.h"
#include "store/access_store.h"
#include "store/alert_store.h"
#include "store/calendar_store.h"
#include "store/message_store.h"
#include "store/person_store.h"
#include "store/room_store.h"
#include "store/session_store.h"
#include "store/spool.h"

#define SECOND_MS        1000
#define DAY_MS           (24 * 3600 * (int64_t)1000)
/* A notification: holidays or somebody's duty (sql/migrations/0011_clock.sql). */
#define CALENDAR_CHANGED "calendar_changed "

/* ---- what the store tells ---- */

static void on_store_up(void *ctx)
{
    struct app *app = ctx;
    if (!app->was_ready) {
        app->was_ready = true;
        log_info("app.ready", "port=%u", net_port(app->net));
        process_notify("READY=1");
    }
    if (app->phase != APP_RUNNING)
        return;
    ops_on_store_up(&app->ops);
    alert_spool_reconcile(app->alert.spool);
    runner_start(app->runner);
    chores_start(app->chores);
    courier_start(app->courier);
}

static void on_store_down(void *ctx)
{
    (void)ctx;
    log_warn("app.database_lost", "mode=memory_only");
}

static void on_store_notify(void *ctx, const char *text)
{
    struct app *app = ctx;
    if (strncmp(text, CALENDAR_CHANGED, strlen(CALENDAR_CHANGED)) == 0)
        calendar_watch_refresh(app->calendar_watch);
    else
        ops_on_notify(&app->ops, text);
}

static void on_store_listening(void *ctx)
{
    struct app *app = ctx;
    calendar_watch_refresh(app->calendar_watch);
    ops_on_listening(&app->ops);
}

static void on_store_refused(void *ctx, const char *why)
{
    struct app *app = ctx;
    log_error("app.database_refused", "why=%s", why);
    app->exit_code = 1;
    app_begin_stop(app);
}

/* ---- what the doors tell ---- */

static void on_socket_open(void *ctx, uint64_t session_id, const struct net_credential *credential)
{
    struct app *app = ctx;
    ops_on_socket_open(&app->ops, session_id,
                       credential->kind == NET_CREDENTIAL_TICKET ? SESSION_BY_TICKET
                                                                 : SESSION_BY_TOKEN,
                       credential->token);
}

static void on_frame(void *ctx, uint64_t session_id, const uint8_t *bytes, size_t len)
{
    struct app *app = ctx;
    ops_on_frame(&app->ops, session_id, bytes, len);
}

static void on_socket_closed(void *ctx, uint64_t session_id)
{
    struct app *app = ctx;
    ops_on_socket_closed(&app->ops, session_id);
}

static void on_http(void *ctx, struct http_request *request)
{
    struct app *app = ctx;
    http_door_take(app->door, request);
}

static size_t http_body_max(void *ctx, enum http_method method, const char *path)
{
    struct app *app = ctx;
    return http_door_body_max(app->door, method, path);
}

static void on_http_body(void *ctx, const struct http_request *request)
{
    struct app *app = ctx;
    http_door_judge(app->door, request);
}

static void on_alert_changed(void *ctx, uint64_t alert_id)
{
    struct app *app = ctx;
    alert_refresh(&app->ops, alert_id, NULL, NULL);
}

static void on_person_changed(void *ctx, uint64_t person_id)
{
    struct app *app = ctx;
    person_refresh(&app->ops, person_id, NULL, NULL);
}

static void on_take_down_short(void *ctx)
{
    struct app *app = ctx;
    app->take_downs_short++;
}

/* ---- making the parts ---- */

static void make_store(struct app *app)
{
    const struct settings *settings = app->settings;
    const struct store_settings store = {
        .database = settings->database,
        .read_links = (unsigned)settings->read_links,
        .answer_timeout_ms = (unsigned)settings->answer_timeout_ms,
        .waiting_rows_max = (unsigned)settings->waiting_rows,
        .schema_version = SQL_SCHEMA_VERSION,
        .unsafe_durability = settings->unsafe_durability,
        .plant_ack_on_command_ok = strcmp(settings->plant, "ack_on_command_ok") == 0,
    };
    const struct store_watch watch = {
        .ctx = app,
        .on_up = on_store_up,
        .on_down = on_store_down,
        .on_notify = on_store_notify,
        .on_listening = on_store_listening,
        .on_refused = on_store_refused,
    };
    app->store = store_create(&app->loop, &store, &watch);
    app->messages = message_store_create(app->store);
    app->rooms = room_store_create(app->store);
    app->sessions = session_store_create(app->store);
    app->alerts = alert_store_create(app->store, app->ring);
    app->persons = person_store_create(app->store, app->ring);
    app->access = access_store_create(app->store);
    app->calendars = calendar_store_create(app->store);
}

static void make_hub(struct app *app)
{
    const struct settings *settings = app->settings;
    const struct hub_settings hub = {
        .outbox_bytes = (uint32_t)settings->outbox_bytes,
        .outbox_frames = (uint32_t)settings->outbox_frames,
        .ring_bytes = (uint64_t)settings->ring_bytes,
        .ring_frames = (uint32_t)settings->ring_frames,
        .slice_members = (uint32_t)settings->slice_members,
        .ping_ms = (uint32_t)settings->ping_ms,
        .silence_ms = (uint32_t)settings->silence_ms,
        .use_uring = settings->io_uring,
    };
    app->hub = hub_create(&app->loop, &hub, net_peer_functions());
    const struct hub_watch watch = {.ctx = &app->ops,
                                    .on_room_gap = ops_on_room_gap,
                                    .on_session_drained = ops_on_session_drained};
    hub_set_watch(app->hub, &watch);
    app->board = alert_board_create(app->hub);
    const struct board_watch shown = {.ctx = &app->ops, .on_shown = ops_on_alert_shown};
    alert_board_set_watch(app->board, &shown);
    app->person_board = person_board_create(app->hub);
    person_board_set_watch(app->person_board, &(struct person_watch){
                                                  .ctx = &app->ops,
                                                  .on_shown = ops_on_person_shown,
                                              });
}

static void fill_ops(struct app *app)
{
    const struct settings *settings = app->settings;
    app->ops_settings = (struct ops_settings){
        .account_rate = (uint32_t)settings->account_rate,
        .account_burst = (uint32_t)settings->account_burst,
        .address_rate = (uint32_t)settings->address_rate,
        .address_burst = (uint32_t)settings->address_burst,
        .room_rate = (uint32_t)settings->room_rate,
        .room_burst = (uint32_t)settings->room_burst,
        .ping_ms = (uint32_t)settings->ping_ms,
        .min_build = (uint32_t)settings->min_build,
        .recall_ms = (uint32_t)settings->recall_ms,
        .resume_max = (uint32_t)settings->resume_max,
        .resume_tail = (uint32_t)settings->resume_tail,
        .calls_max = (uint32_t)settings->calls_max,
    };
    app->ops = (struct ops_env){
        .loop = &app->loop,
        .store = app->store,
        .messages = app->messages,
        .rooms = app->rooms,
        .sessions = app->sessions,
        .access = app->access,
        .calendars = app->calendars,
        .hub = app->hub,
        .settings = &app->ops_settings,
        .alert = &app->alert,
        .login = app->login,
        .media = &app->media,
        .person = &app->person,
        .source = app->source,
    };
    app->alert.store = app->alerts;
    app->alert.board = app->board;
    app->alert.ring = app->ring;
    app->person.store = app->persons;
    app->person.board = app->person_board;
    ops_open(&app->ops);
    app->ops_open = true;
}

static enum status make_login(struct app *app)
{
    const struct settings *settings = app->settings;
    const bool demo = settings->demo || strcmp(settings->sms_adapter, "demo") == 0;
    const struct login_settings login = {
        .adapter = demo ? LOGIN_ADAPTER_DEMO : LOGIN_ADAPTER_OUTBOX,
        .resident_session_ms = settings->session_days * DAY_MS,
        .staff_session_ms = settings->staff_session_hours * 3600 * 1000,
        .codes_per_address = (uint32_t)settings->codes_per_address,
        .tries_per_address = (uint32_t)settings->tries_per_address,
    };
    return login_env_create(&app->loop, &login, app->ring, &app->login);
}

static enum status make_spool(struct app *app)
{
    struct spool *spool;
    enum status status = spool_open(&app->loop, app->spool_file, &spool);
    if (status != STATUS_OK) {
        log_error("app.no_spool", "status=%s", status_name(status));
        return status;
    }
    app->alert.spool = alert_spool_create(&app->ops, spool);
    return STATUS_OK;
}

static void make_jobs(struct app *app)
{
    const struct settings *settings = app->settings;
    const struct chore_settings chores = {
        .message_days = (uint32_t)settings->message_days,
        .security_days = (uint32_t)settings->security_days,
        .alert_days = (uint32_t)settings->alert_days,
        .person_days = (uint32_t)settings->person_days,
    };
    app->job = (struct job_env){.store = app->store,
                                .alerts = app->alerts,
                                .persons = app->persons,
                                .calendars = app->calendars,
                                .ctx = app,
                                .on_alert_changed = on_alert_changed,
                                .on_person_changed = on_person_changed,
                                .on_take_down_short = on_take_down_short};
    app->runner = runner_create(&app->loop, &app->job);
    app->calendar_watch = calendar_watch_create(&app->loop, app->store, app->calendars);
    app->chores = chores_create(&app->loop, app->store, &chores);
    const struct courier_settings courier = {.file = settings->outbox_file, .ring = app->ring};
    app->courier = courier_create(&app->loop, app->store, &courier);
}

static enum status make_doors(struct app *app)
{
    const struct settings *settings = app->settings;
    const struct http_door_settings door = {
        .web_dir = settings->web_dir,
        .config_file = settings->config_file,
        .origins = settings->origins,
        .metrics_from = settings->metrics_from,
        .demo = settings->demo,
    };
    enum status status = http_door_create(&app->ops, &door, &app->door);
    if (status != STATUS_OK)
        return status;
    app->ops.http = (struct ops_http){.ctx = app->door, .answer = http_door_answer};
    const struct net_settings net = {
        .bind_address = settings->bind,
        .port = (uint16_t)settings->port,
        .connections_max = (uint32_t)settings->connections,
        .address_connections = (uint32_t)settings->address_connections,
        .half_open_max = (uint32_t)settings->half_open,
        .origins = settings->origins,
        .hosts = settings->hosts,
        .trusted_proxies = settings->trusted_proxies,
        .reuse_port = settings->reuse_port,
    };
    const struct net_watch watch = {
        .ctx = app,
        .on_socket_open = on_socket_open,
        .on_frame = on_frame,
        .on_socket_closed = on_socket_closed,
        .on_http = on_http,
        .http_body_max = http_body_max,
        .on_http_body = on_http_body,
    };
    app->net = net_create(&app->loop, &net, app->hub, &watch);
    if (app->net == NULL)
        return STATUS_UNAVAILABLE;
    http_door_attach(app->door, app->net);
    http_door_set_metrics(app->door, metrics_write, app);
    return net_listen(app->net);
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct app *app = handle->data;
    log_info("app.signal", "number=%d", number);
    app_begin_stop(app);
}

static void on_second(uv_timer_t *timer)
{
    struct app *app = timer->data;
    ops_on_second(&app->ops);
}

static void make_handles(struct app *app)
{
    static const int numbers[] = {SIGTERM, SIGINT};
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        uv_signal_init(&app->loop, &app->signals[i]);
        app->signals[i].data = app;
        uv_signal_start(&app->signals[i], on_signal, numbers[i]);
    }
    uv_timer_init(&app->loop, &app->second);
    app->second.data = app;
    uv_timer_start(&app->second, on_second, SECOND_MS, SECOND_MS);
    uv_timer_init(&app->loop, &app->step);
    app->step.data = app;
}

static void set_paths(struct app *app)
{
    const struct settings *settings = app->settings;
    if (settings->image_program[0] != '\0')
        snprintf(app->image_program, sizeof(app->image_program), "%s", settings->image_program);
    else
        process_beside("hall-image", app->image_program, sizeof(app->image_program));
    if (settings->voice_program[0] != '\0')
        snprintf(app->voice_program, sizeof(app->voice_program), "%s", settings->voice_program);
    else
        process_beside("hall-voice", app->voice_program, sizeof(app->voice_program));
    if (settings->spool_file[0] != '\0')
        snprintf(app->spool_file, sizeof(app->spool_file), "%s", settings->spool_file);
    else
        snprintf(app->spool_file, sizeof(app->spool_file), "%s/alerts.spool", settings->data_dir);
}

static enum status make_parts(struct app *app)
{
    enum status status = make_login(app);
    if (status != STATUS_OK)
        return status;
    app->media.media = media_create(
        &app->loop, &(struct media_programs){app->image_program, app->voice_program});
    app->source = source_env_create();
    make_store(app);
    make_hub(app);
    fill_ops(app);
    make_jobs(app);
    status = make_spool(app);
    if (status == STATUS_OK)
        status = make_doors(app);
    return status;
}

enum status app_create(const struct settings *settings, struct app **out)
{
    struct app *app = mem_alloc(sizeof(*app));
    app->settings = settings;
    set_paths(app);
    enum status status = secret_init();
    if (status == STATUS_OK)
        status = secret_ring_open(settings->key_file, &app->ring);
    if (status != STATUS_OK) {
        log_error("app.no_key", "status=%s", status_name(status));
        mem_free(app);
        return status;
    }
    uv_loop_init(&app->loop);
    make_handles(app);
    status = make_parts(app);
    if (status == STATUS_OK) {
        store_open(app->store);
    } else {
        log_error("app.not_started", "status=%s", status_name(status));
        app->exit_code = 1;
        app_begin_stop(app);
    }
    *out = app;
    return STATUS_OK;
}

int app_run(struct app *app)
{
    uv_run(&app->loop, UV_RUN_DEFAULT);
    return app->exit_code;
}

void app_destroy(struct app *app)
{
    if (app->net != NULL)
        net_destroy(app->net);
    if (app->door != NULL)
        http_door_destroy(app->door);
    if (app->alert.spool != NULL)
        alert_spool_destroy(app->alert.spool);
    if (app->ops_open)
        ops_close(&app->ops);
    if (app->hub != NULL) {
        alert_board_destroy(app->board);
        person_board_destroy(app->person_board);
        hub_destroy(app->hub);
    }
    if (app->store != NULL) {
        access_store_destroy(app->access);
        calendar_store_destroy(app->calendars);
        alert_store_destroy(app->alerts);
        person_store_destroy(app->persons);
        session_store_destroy(app->sessions);
        room_store_destroy(app->rooms);
        message_store_destroy(app->messages);
        store_destroy(app->store);
    }
    if (app->source != NULL)
        source_env_destroy(app->source);
    if (app->media.media != NULL)
        media_destroy(app->media.media);
    if (app->login != NULL)
        login_env_destroy(app->login);
    secret_ring_close(app->ring);
    int left = uv_loop_close(&app->loop);
    if (left != 0)
        log_error("app.loop_not_empty", "error=%s", uv_err_name(left));
    mem_free(app);
}
