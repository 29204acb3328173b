/*
 * app_state: the insides of app, for the files of this folder only.
 */
#ifndef APP_APP_STATE_H
#define APP_APP_STATE_H

#include <uv.h>

#include "app/app.h"
#include "hub/hub.h"
#include "jobs/calendar_watch.h"
#include "jobs/chores.h"
#include "jobs/courier.h"
#include "jobs/runner.h"
#include "net/http_door.h"
#include "net/net.h"
#include "ops/alert/alert_env.h"
#include "ops/login/login_env.h"
#include "ops/media/media_env.h"
#include "ops/ops_env.h"
#include "ops/person/person_env.h"
#include "store/store.h"

#define APP_PATH_MAX 1024

enum app_phase {
    APP_RUNNING,
    APP_ANSWERING, /* SIGTERM: no new requests, the open ones are answered */
    APP_LEAVING,   /* everyone was told to go */
    APP_CLOSING,   /* store, threads and jobs end */
    APP_ENDING,    /* doors and hub end; then the loop is empty */
};

struct app {
    const struct settings *settings; /* borrowed */
    uv_loop_t loop;
    uv_signal_t signals[2];
    uv_timer_t second; /* ops_on_second */
    uv_timer_t step;   /* looks whether the next phase may begin */
    enum app_phase phase;
    int64_t phase_until_ms;
    unsigned parts_open; /* parts that have not called back yet */
    int exit_code;
    bool was_ready;
    bool stepping;

    struct secret_ring *ring;
    struct store *store;
    struct message_store *messages;
    struct room_store *rooms;
    struct session_store *sessions;
    struct alert_store *alerts;
    struct person_store *persons;
    struct access_store *access;
    struct calendar_store *calendars;
    struct hub *hub;
    struct alert_board *board;
    struct alert_env alert;
    struct person_board *person_board;
    struct person_env person;
    uint64_t take_downs_short; /* after a minute a device still had what was taken down */
    struct login_env *login;
    struct media_env media;
    struct source_env *source;
    struct ops_settings ops_settings;
    struct ops_env ops;
    bool ops_open;
    struct job_env job;
    struct runner *runner;
    struct calendar_watch *calendar_watch;
    struct courier *courier;
    struct chores *chores;
    struct http_door *door;
    struct net *net;
    char image_program[APP_PATH_MAX];
    char voice_program[APP_PATH_MAX];
    char spool_file[APP_PATH_MAX];
};

/* stop.c */
void app_begin_stop(struct app *app);

/* metrics.c: the text of /metrics; ctx is the app. */
struct wire_buffer;
void metrics_write(void *ctx, struct wire_buffer *out);

#endif
