/*
 * exchange: the one HTTP request of a connection, from its headers to the last byte of its answer.
 * The body is read under the cap of its route and a deadline; until the answer is there nothing
 * more is read. Then the connection ends: with libwebsockets 4.1.6 a second request sent ahead of
 * the first one's answer is read as a body with its headers in it, and can keep the process in
 * lws_http_action() for ever. Our road is the WebSocket; HTTP can afford a connection per request.
 */
#include "net/exchange.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/log.h"
#include "base/mem.h"
#include "net/net_state.h"
#include "net/response.h"

#define BODY_FIRST_SIZE 4096
#define SEND_CHUNK (64 * 1024)
#define DIGITS_MAX 9

static void on_deadline(struct wheel_item *item)
{
    struct conn *conn = (struct conn *)(void *)((char *)item - offsetof(struct conn, deadline));
    /* libwebsockets sets its own timeout anew with every byte of a body, over this one. */
    if (conn->exchange != NULL)
        conn->exchange->late = true;
    lws_set_timeout(conn->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
}

static void release_answer(struct exchange *exchange)
{
    if (exchange->release != NULL)
        exchange->release(exchange->owner);
    else
        mem_free((void *)(uintptr_t)exchange->body);
    exchange->release = NULL;
    exchange->body = NULL;
    exchange->body_len = 0;
}

static void forget_waiting(struct net *net, struct exchange *exchange)
{
    if (!exchange->given)
        return;
    HASH_DEL(net->waiting, exchange);
    net->counts.http_waiting--;
    exchange->given = false;
}

static void forget_judged(struct net *net, struct exchange *exchange)
{
    if (exchange->judging)
        HASH_DEL(net->judged, exchange);
    exchange->judging = false;
}

static void destroy(struct exchange *exchange)
{
    struct conn *conn = exchange->conn;
    forget_waiting(conn->net, exchange);
    forget_judged(conn->net, exchange);
    wheel_clear(&conn->deadline);
    release_answer(exchange);
    mem_free(exchange->head);
    mem_free(exchange->in);
    http_request_free(exchange->request);
    mem_free(exchange);
    conn->exchange = NULL;
}

void exchange_gone(struct conn *conn)
{
    if (conn->exchange != NULL)
        destroy(conn->exchange);
}

/*
 * To hear that the socket takes more, libwebsockets must be let read as well, and what it finds
 * there it cannot use before the answer is out: a peer that sends ahead would keep the loop busy.
 */
static int wait_for_room(struct lws *wsi)
{
    int unread = 0;
    if (ioctl(lws_get_socket_fd(wsi), FIONREAD, &unread) != 0 || unread > 0)
        return -1;
    lws_callback_on_writable(wsi);
    return 0;
}

/* Writes on; the socket may take only part, then WRITEABLE comes back here. -1: all is out. */
static int write_on(struct exchange *exchange)
{
    struct lws *wsi = exchange->conn->wsi;
    if (exchange->head != NULL) {
        int written = lws_write(wsi, (uint8_t *)exchange->head + LWS_PRE, exchange->head_len,
                                LWS_WRITE_HTTP_HEADERS);
        mem_free(exchange->head);
        exchange->head = NULL;
        if (written < 0)
            return -1;
    }
    while (exchange->body_sent < exchange->body_len) {
        if (lws_partial_buffered(wsi))
            return wait_for_room(wsi);
        size_t n = exchange->body_len - exchange->body_sent;
        if (n > SEND_CHUNK)
            n = SEND_CHUNK;
        const uint8_t *from = exchange->body + exchange->body_sent;
        exchange->body_sent += n;
        const bool last = exchange->body_sent == exchange->body_len;
        /* HTTP/1 bodies go out as they are: nothing is written in front of them. */
        if (lws_write(wsi, (unsigned char *)(uintptr_t)from, n,
                      last ? LWS_WRITE_HTTP_FINAL : LWS_WRITE_HTTP) < 0)
            return -1;
    }
    if (lws_partial_buffered(wsi))
        return wait_for_room(wsi);
    return -1;
}

int exchange_writable(struct conn *conn)
{
    struct exchange *exchange = conn->exchange;
    if (exchange == NULL || !exchange->answered || exchange->dropping)
        return 0;
    return write_on(exchange);
}

static void take_answer(struct exchange *exchange, const struct http_response *response)
{
    char head[RESPONSE_HEAD_MAX];
    size_t len = response_head(response, head, sizeof(head));
    exchange->answered = true;
    if (len == 0) {
        const struct http_response failed = {.status = 500};
        log_error("net.bad_response", "status=%d", response->status);
        len = response_head(&failed, head, sizeof(head));
        if (response->release != NULL)
            response->release(response->owner);
    } else if (exchange->is_head || response->body_len == 0) {
        if (response->release != NULL)
            response->release(response->owner);
    } else {
        exchange->body_len = response->body_len;
        exchange->release = response->release;
        exchange->owner = response->owner;
        exchange->body = response->body;
        if (response->release == NULL) {
            uint8_t *copy = mem_alloc(response->body_len);
            memcpy(copy, response->body, response->body_len);
            exchange->body = copy;
        }
    }
    exchange->head = mem_alloc(LWS_PRE + len);
    exchange->head_len = len;
    memcpy(exchange->head + LWS_PRE, head, len);
}

void http_respond(struct net *net, uint64_t request_id, const struct http_response *response)
{
    struct exchange *exchange;
    HASH_FIND(hh, net->waiting, &request_id, sizeof(request_id), exchange);
    if (exchange == NULL) {
        if (response->release != NULL)
            response->release(response->owner);
        return;
    }
    forget_waiting(net, exchange);
    take_answer(exchange, response);
    if (exchange->giving)
        return;
    lws_rx_flow_control(exchange->conn->wsi, 1); /* WRITEABLE does not come while it is held */
    lws_callback_on_writable(exchange->conn->wsi);
}

/* The answer, and the end of what we say. What is still on its way is read and dropped for a
 * moment: a reset would eat the answer. */
static void write_and_drop(struct exchange *exchange)
{
    struct conn *conn = exchange->conn;
    exchange->dropping = true;
    wheel_set(hub_wheel(conn->net->hub), &conn->deadline, NET_LINGER_MS, on_deadline);
    if (write_on(exchange) != 0 && !lws_partial_buffered(conn->wsi))
        shutdown(lws_get_socket_fd(conn->wsi), SHUT_WR);
}

int exchange_refuse(struct conn *conn, int status, const char *code)
{
    char body[256];
    struct exchange *exchange = conn->exchange;
    conn->net->counts.http_refused++;
    if (exchange == NULL) {
        exchange = mem_alloc(sizeof(*exchange));
        exchange->conn = conn;
        conn->exchange = exchange;
    }
    const struct http_response response = {.status = status,
                                           .content_type = "application/problem+json",
                                           .body = (const uint8_t *)body,
                                           .body_len =
                                               response_problem(status, code, body, sizeof(body))};
    take_answer(exchange, &response);
    if (exchange->expected == exchange->in_len)
        return write_on(exchange);
    write_and_drop(exchange);
    return 0;
}

/* Whoever must log in first, or wait, is told so before twelve megabytes were read for nothing. */
static int ask_about_body(struct conn *conn)
{
    struct net *net = conn->net;
    struct exchange *exchange = conn->exchange;
    exchange->id = exchange->request->id;
    exchange->judging = true;
    HASH_ADD(hh, net->judged, id, sizeof(exchange->id), exchange);
    wheel_set(hub_wheel(net->hub), &conn->deadline, NET_BODY_MS, on_deadline);
    lws_rx_flow_control(conn->wsi, 0);
    net->watch.on_http_body(net->watch.ctx, exchange->request);
    return 0;
}

static void expect_body(struct exchange *exchange)
{
    const int64_t patience = NET_BODY_MS + (int64_t)(exchange->expected / NET_BODY_BYTES_PER_MS);
    wheel_set(hub_wheel(exchange->conn->net->hub), &exchange->conn->deadline, patience,
              on_deadline);
}

void http_take_body(struct net *net, uint64_t request_id)
{
    struct exchange *exchange;
    HASH_FIND(hh, net->judged, &request_id, sizeof(request_id), exchange);
    if (exchange == NULL)
        return;
    forget_judged(net, exchange);
    exchange->request->was_judged = true;
    expect_body(exchange);
    lws_rx_flow_control(exchange->conn->wsi, 1);
}

void http_refuse_body(struct net *net, uint64_t request_id, const struct http_response *response)
{
    struct exchange *exchange;
    HASH_FIND(hh, net->judged, &request_id, sizeof(request_id), exchange);
    if (exchange == NULL) {
        if (response->release != NULL)
            response->release(response->owner);
        return;
    }
    forget_judged(net, exchange);
    net->counts.http_refused++;
    take_answer(exchange, response);
    lws_rx_flow_control(exchange->conn->wsi, 1);
    write_and_drop(exchange); /* at once: WRITEABLE does not come while a body is awaited */
}

/* The request is whole: the layer above takes it, and perhaps answers at once. */
static int give(struct conn *conn)
{
    struct net *net = conn->net;
    struct exchange *exchange = conn->exchange;
    struct http_request *request = exchange->request;
    exchange->request = NULL;
    request->body = exchange->in;
    request->body_len = exchange->in_len;
    exchange->in = NULL;
    exchange->id = request->id;
    exchange->given = true;
    exchange->giving = true;
    HASH_ADD(hh, net->waiting, id, sizeof(exchange->id), exchange);
    net->counts.http_requests++;
    net->counts.http_waiting++;
    lws_set_timeout(conn->wsi, NO_PENDING_TIMEOUT, 0);
    wheel_set(hub_wheel(net->hub), &conn->deadline, NET_ANSWER_MS, on_deadline);
    net->watch.on_http(net->watch.ctx, request);
    exchange->giving = false;
    if (exchange->answered)
        return write_on(exchange);
    lws_rx_flow_control(conn->wsi, 0); /* nothing more is read until the answer is there */
    return 0;
}

/* Digits only, once. libwebsockets would take "0x5" for 0 and the body for the next request. */
static bool read_length(struct lws *wsi, bool *present, size_t *length)
{
    char text[32];
    *present = lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH) > 0;
    *length = 0;
    if (!*present)
        return true;
    if (!request_header(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH, text, sizeof(text)))
        return false;
    const size_t digits = strlen(text);
    if (digits == 0 || digits > DIGITS_MAX || strspn(text, "0123456789") != digits)
        return false;
    *length = (size_t)strtoul(text, NULL, 10);
    return true;
}

/* Looks at what a body would be; 0: fine, else the status of the refusal. */
static int check_body(struct conn *conn, const struct http_request *request, bool has_length,
                      size_t length, const char **code)
{
    const struct net_watch *watch = &conn->net->watch;
    const bool may_have_body = request->method == HTTP_POST || request->method == HTTP_PUT;
    *code = "malformed_frame";
    if (lws_hdr_total_length(conn->wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING) > 0)
        return 501;
    if (lws_hdr_total_length(conn->wsi, WSI_TOKEN_HTTP_CONTENT_ENCODING) > 0) {
        *code = "unsupported_media";
        return 415;
    }
    if (may_have_body && !has_length)
        return 411;
    if (length == 0)
        return 0;
    if (!may_have_body)
        return 400;
    *code = "too_large";
    return length > watch->http_body_max(watch->ctx, request->method, request->path) ? 413 : 0;
}

int exchange_begin(struct conn *conn)
{
    struct net *net = conn->net;
    const char *code = "malformed_frame";
    bool has_length;
    size_t length;

    conn_first_request(conn);
    if (conn->exchange != NULL || net->draining)
        return -1; /* one at a time; libwebsockets sees to it */
    struct http_request *request = request_read(conn);
    if (request == NULL || !read_length(conn->wsi, &has_length, &length)) {
        http_request_free(request);
        return exchange_refuse(conn, 400, code);
    }
    int refusal = check_body(conn, request, has_length, length, &code);
    struct exchange *exchange = mem_alloc(sizeof(*exchange));
    exchange->conn = conn;
    exchange->request = request;
    exchange->expected = length;
    if (refusal != 0 && !has_length)
        exchange->expected = NET_LINGER_BYTES; /* who knows what comes */
    exchange->is_head = request->method == HTTP_HEAD;
    request->id = net->next_request_id++;
    conn->exchange = exchange;
    if (refusal != 0)
        return exchange_refuse(conn, refusal, code);
    if (length > NET_JUDGED_BODY && net->watch.on_http_body != NULL)
        return ask_about_body(conn);
    if (length > 0) {
        expect_body(exchange);
        return 0;
    }
    /* libwebsockets reports the end of an empty POST body, and of no other. */
    return request->method == HTTP_POST ? 0 : give(conn);
}

int exchange_body(struct conn *conn, const uint8_t *bytes, size_t len)
{
    struct exchange *exchange = conn->exchange;
    if (exchange == NULL || exchange->late)
        return -1;
    if (exchange->dropping) {
        exchange->in_len += len;
        return exchange->in_len < NET_LINGER_BYTES ? 0 : -1;
    }
    if (len == 0)
        return 0;
    if (exchange->request == NULL || len > exchange->expected - exchange->in_len)
        return -1;
    if (exchange->in_len + len > exchange->in_size) {
        size_t size = exchange->in_size == 0 ? BODY_FIRST_SIZE : exchange->in_size * 2;
        if (size < exchange->in_len + len)
            size = exchange->in_len + len;
        if (size > exchange->expected)
            size = exchange->expected;
        exchange->in = mem_grow(exchange->in, size, 1);
        exchange->in_size = size;
    }
    memcpy(exchange->in + exchange->in_len, bytes, len);
    exchange->in_len += len;
    return 0;
}

int exchange_body_done(struct conn *conn)
{
    struct exchange *exchange = conn->exchange;
    if (exchange == NULL || exchange->dropping || exchange->judging)
        return -1;
    if (exchange->request == NULL)
        return exchange->answered ? 0 : -1; /* the next request, ahead of this one's answer */
    if (exchange->in_len != exchange->expected)
        return exchange_refuse(conn, 400, "malformed_frame");
    return give(conn);
}
