/*
 * echo_server: net and hub on a real socket, for tests: says back what it hears. Runs in a process
 * of its own and ends with 0 when SIGTERM left nothing behind.
 */
#ifndef UNIT_NET_ECHO_SERVER_H
#define UNIT_NET_ECHO_SERVER_H

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "net/net.h"

#define ANSWER_LEN 300000 /* more than a socket takes at once */

struct echo {
    uv_loop_t loop;
    uv_signal_t term;
    uv_timer_t later;
    struct hub *hub;
    struct net *net;
    uint64_t late_id;
    unsigned sockets;
};

static inline void on_open(void *ctx, uint64_t session_id, const struct net_credential *credential)
{
    struct echo *echo = ctx;
    echo->sockets++;
    if (credential->kind == NET_CREDENTIAL_NONE)
        session_close_code(hub_find_session(echo->hub, session_id), SESSION_CLOSE_UNAUTHENTICATED);
}

static inline void on_echo(void *ctx, uint64_t session_id, const uint8_t *bytes, size_t len)
{
    struct echo *echo = ctx;
    struct session *session = hub_find_session(echo->hub, session_id);
    session_push_take(session, shared_frame_create(bytes, len), LANE_NORMAL);
}

static inline void on_closed(void *ctx, uint64_t session_id)
{
    struct echo *echo = ctx;
    if (hub_find_session(echo->hub, session_id) == NULL)
        abort(); /* it must still be found, for the last time */
    echo->sockets--;
}

static inline void on_release(void *owner)
{
    mem_free(owner);
}

static inline void answer_large(struct echo *echo, uint64_t id)
{
    uint8_t *body = mem_alloc(ANSWER_LEN);
    for (size_t i = 0; i < ANSWER_LEN; i++)
        body[i] = (uint8_t)(i * 7);
    http_respond(echo->net, id, &(struct http_response){.status = 200,
                                                        .content_type = "application/octet-stream",
                                                        .body = body,
                                                        .body_len = ANSWER_LEN,
                                                        .release = on_release,
                                                        .owner = body});
}

static inline void on_later(uv_timer_t *timer)
{
    struct echo *echo = timer->data;
    answer_large(echo, echo->late_id);
}

/* /now answers at once, /later after 50 ms and much, anything else says what was asked. */
static inline void on_http(void *ctx, struct http_request *request)
{
    struct echo *echo = ctx;
    char text[256];
    if (strcmp(request->path, "/later") == 0) {
        echo->late_id = request->id;
        uv_timer_start(&echo->later, on_later, 50, 0);
    } else {
        int len = snprintf(text, sizeof(text), "%d %s?%s [%zu] %s", (int)request->method,
                           request->path, request->query, request->body_len,
                           request->headers[HTTP_WEBHOOK_ID] != NULL
                               ? request->headers[HTTP_WEBHOOK_ID]
                               : "-");
        const struct http_response response = {.status = 200,
                                               .content_type = "text/plain",
                                               .body = (const uint8_t *)text,
                                               .body_len = (size_t)len};
        http_respond(echo->net, request->id, &response);
    }
    http_request_free(request);
}

static inline size_t body_max(void *ctx, enum http_method method, const char *path)
{
    (void)ctx;
    (void)method;
    return strcmp(path, "/big") == 0 ? 100000 : 100;
}

static inline void on_term(uv_signal_t *handle, int number)
{
    struct echo *echo = handle->data;
    (void)number;
    net_close(echo->net);
    hub_close(echo->hub, NULL, NULL);
    uv_close((uv_handle_t *)&echo->later, NULL);
    uv_close((uv_handle_t *)handle, NULL);
}

static inline int serve(int port_pipe)
{
    static struct echo echo;
    const struct hub_settings hub = {.outbox_bytes = 1 << 20, .outbox_frames = 256,
                                     .ring_bytes = 1 << 20, .ring_frames = 64,
                                     .slice_members = 1000, .ping_ms = 600, .silence_ms = 1500};
    const struct net_settings net = {.bind_address = "127.0.0.1", .port = 0,
                                     .connections_max = 40, .address_connections = 30,
                                     .half_open_max = 10, .origins = "", .hosts = "",
                                     .trusted_proxies = ""};
    const struct net_watch watch = {.ctx = &echo, .on_socket_open = on_open, .on_frame = on_echo,
                                    .on_socket_closed = on_closed, .on_http = on_http,
                                    .http_body_max = body_max};
    uv_loop_init(&echo.loop);
    uv_signal_init(&echo.loop, &echo.term);
    uv_timer_init(&echo.loop, &echo.later);
    echo.term.data = echo.later.data = &echo;
    uv_signal_start(&echo.term, on_term, SIGTERM);
    echo.hub = hub_create(&echo.loop, &hub, net_peer_functions());
    echo.net = net_create(&echo.loop, &net, echo.hub, &watch);
    if (echo.net == NULL || net_listen(echo.net) != STATUS_OK)
        return 3;
    const uint16_t port = net_port(echo.net);
    if (write(port_pipe, &port, sizeof(port)) != sizeof(port))
        return 4;
    uv_run(&echo.loop, UV_RUN_DEFAULT);
    net_destroy(echo.net);
    hub_destroy(echo.hub);
    if (echo.sockets != 0)
        return 5;
    return uv_loop_close(&echo.loop) == 0 ? 0 : 6;
}

#endif
