/*
 * http_door: everything that answers HTTP: the JSON doors, files of the clients, health. Owned by
 * app. net gives it requests, the dispatcher gives it answers; what waits is kept by request id.
 * Bounded: net bounds the requests that wait; the files are read once at start, into at most
 * HTTP_STATIC_BYTES_MAX.
 */
#ifndef NET_HTTP_DOOR_H
#define NET_HTTP_DOOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "net/http_request.h"
#include "ops/ops_env.h"

struct net;
struct http_door;

struct http_door_settings {
    const char *web_dir;     /* built clients; "": none are served */
    const char *config_file; /* JSON for /config.json; "": the built-in one */
    const char *origins;     /* space-separated exact origins; "": only the request's own Host */
    const char *metrics_from; /* space-separated addresses that may read /metrics beside loopback */
    bool demo;                /* /config.json says so, and the pages show it */
    int64_t resident_cookie_s; /* how long a browser keeps a resident's cookie; 0: 400 days */
};

/* env is borrowed. STATUS_INVALID_FIELD: the directory or the file cannot be read; logged. */
MUST_USE enum status http_door_create(struct ops_env *env,
                                      const struct http_door_settings *settings,
                                      struct http_door **out);
/* Before the first request. */
void http_door_attach(struct http_door *door, struct net *net);
/* What /metrics says: fn appends the Prometheus text. Without it there is no such path. */
typedef void (*http_metrics_fn)(void *ctx, struct wire_buffer *out);
void http_door_set_metrics(struct http_door *door, http_metrics_fn fn, void *ctx);
/* After the last answer. */
void http_door_destroy(struct http_door *door);
/* /readyz says no from here on, so that the proxy sends nobody new. */
void http_door_drain(struct http_door *door);

/* For struct net_watch: on_http, http_body_max and on_http_body (who may not upload, or not yet, is
 * told so before the body is read). */
void http_door_take(void *door, struct http_request *request);
size_t http_door_body_max(void *door, enum http_method method, const char *path);
void http_door_judge(void *door, const struct http_request *request);
/* For struct ops_http: answer. */
void http_door_answer(void *door, uint64_t request_id, const struct ops_http_answer *answer);

#endif
