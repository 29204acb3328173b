#include "net/net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utlist.h>

#include "base/log.h"
#include "base/mem.h"
#include "net/net_state.h"

/* No pings, no hang-ups of its own: a timer per connection costs more than the connection. */
static const lws_retry_bo_t no_retry;

/* Names a subprotocol can never have: '/' does not occur in a token. */
#define HTTP_PROTOCOL "hall/http"

static int on_http_event(struct conn *conn, enum lws_callback_reasons reason, void *in, size_t len)
{
    switch (reason) {
    case LWS_CALLBACK_HTTP:
        return exchange_begin(conn);
    case LWS_CALLBACK_HTTP_BODY:
        return exchange_body(conn, in, len);
    case LWS_CALLBACK_HTTP_BODY_COMPLETION:
        return exchange_body_done(conn);
    case LWS_CALLBACK_HTTP_WRITEABLE:
        return exchange_writable(conn);
    case LWS_CALLBACK_CLOSED_HTTP:
        exchange_gone(conn);
        return 0;
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
        return upgrade_confirm(conn);
    default:
        return 0;
    }
}

static int on_socket_event(struct conn *conn, enum lws_callback_reasons reason, void *in,
                           size_t len)
{
    switch (reason) {
    case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
        return conn->admitted ? 0 : -1;
    case LWS_CALLBACK_ESTABLISHED:
        return ws_peer_opened(conn);
    case LWS_CALLBACK_RECEIVE:
        return ws_peer_received(conn, in, len);
    case LWS_CALLBACK_RECEIVE_PONG:
        if (conn->session != NULL)
            session_heard(conn->session);
        return 0;
    case LWS_CALLBACK_SERVER_WRITEABLE:
        return ws_peer_writable(conn);
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
        return ws_peer_closes(conn);
    case LWS_CALLBACK_CLOSED:
        ws_peer_gone(conn);
        return 0;
    default:
        return 0;
    }
}

static void destroy_conn(struct conn *conn)
{
    struct net *net = conn->net;
    ws_peer_gone(conn);
    exchange_gone(conn);
    ws_peer_forget_message(conn);
    mem_free(conn->credential);
    address_leave(&net->addresses, conn->counted);
    address_leave(&net->addresses, conn->counted_behind);
    if (conn->half_open)
        net->counts.half_open--;
    net->counts.connections--;
    DL_DELETE(net->conns, conn);
    mem_free(conn);
}

static int on_lws(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                  size_t len)
{
    struct conn *conn = lws_get_opaque_user_data(wsi);
    switch (reason) {
    case LWS_CALLBACK_RAW_ADOPT: /* CONNECT would make a raw socket that never times out */
        return -1;
    case LWS_CALLBACK_WSI_DESTROY:
        if (conn != NULL) {
            lws_set_opaque_user_data(wsi, NULL);
            destroy_conn(conn);
        }
        return 0;
    case LWS_CALLBACK_HTTP:
    case LWS_CALLBACK_HTTP_BODY:
    case LWS_CALLBACK_HTTP_BODY_COMPLETION:
    case LWS_CALLBACK_HTTP_WRITEABLE:
    case LWS_CALLBACK_CLOSED_HTTP:
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
        return conn != NULL ? on_http_event(conn, reason, in, len) : -1;
    case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
    case LWS_CALLBACK_ESTABLISHED:
    case LWS_CALLBACK_RECEIVE:
    case LWS_CALLBACK_RECEIVE_PONG:
    case LWS_CALLBACK_SERVER_WRITEABLE:
        return conn != NULL ? on_socket_event(conn, reason, in, len) : -1;
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
    case LWS_CALLBACK_CLOSED:
        return conn != NULL ? on_socket_event(conn, reason, in, len) : 0;
    case LWS_CALLBACK_FILTER_HTTP_CONNECTION:
    case LWS_CALLBACK_ADD_HEADERS:
        return 0;
    default:
        return lws_callback_http_dummy(wsi, reason, user, in, len);
    }
}

void conn_first_request(struct conn *conn)
{
    if (!conn->half_open)
        return;
    conn->half_open = false;
    conn->net->counts.half_open--;
}

/* Counts it and gives it to libwebsockets, or closes it. */
static void take_in(struct net *net, int fd, const struct sockaddr_storage *from)
{
    struct conn *conn;
    if (net->counts.connections >= net->settings.connections_max) {
        net->counts.refused_full++;
        close(fd);
        return;
    }
    if (net->counts.half_open >= net->settings.half_open_max) {
        net->counts.refused_half_open++;
        close(fd);
        return;
    }
    conn = mem_alloc(sizeof(*conn));
    address_print(from, conn->address, sizeof(conn->address));
    conn->from_proxy = address_is_listed(net->settings.trusted_proxies, conn->address);
    if (!conn->from_proxy) {
        conn->counted =
            address_enter(&net->addresses, conn->address, net->settings.address_connections);
        if (conn->counted == NULL) {
            net->counts.refused_address++;
            mem_free(conn);
            close(fd);
            return;
        }
    }
    conn->net = net;
    conn->half_open = true;
    net->counts.half_open++;
    net->counts.connections++;
    net->counts.accepted++;
    DL_APPEND(net->conns, conn);

    lws_sock_file_fd_type descriptor = {.sockfd = fd};
    conn->wsi = lws_adopt_descriptor_vhost(net->vhost, LWS_ADOPT_SOCKET | LWS_ADOPT_HTTP,
                                           descriptor, NULL, NULL);
    if (conn->wsi == NULL) {
        destroy_conn(conn); /* libwebsockets has closed the descriptor */
        return;
    }
    lws_set_opaque_user_data(conn->wsi, conn);
}

static void on_acceptable(uv_poll_t *poll, int status, int events);

static void on_pause_over(uv_timer_t *timer)
{
    struct net *net = timer->data;
    if (net->listen_fd >= 0)
        uv_poll_start(&net->listener, UV_READABLE, on_acceptable);
}

/* Out of descriptors: those who wait in the queue wait a little longer. */
static void pause_accepting(struct net *net, int error)
{
    log_warn("net.accept_paused", "errno=%d", error);
    uv_poll_stop(&net->listener);
    uv_timer_start(&net->pause, on_pause_over, NET_ACCEPT_PAUSE_MS, 0);
}

static void on_acceptable(uv_poll_t *poll, int status, int events)
{
    struct net *net = poll->data;
    (void)events;
    if (status < 0) {
        pause_accepting(net, -status);
        return;
    }
    for (int i = 0; i < NET_ACCEPT_BATCH; i++) {
        struct sockaddr_storage from;
        socklen_t len = sizeof(from);
        int fd = accept4(net->listen_fd, (struct sockaddr *)&from, &len,
                         SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            take_in(net, fd, &from);
            continue;
        }
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
            pause_accepting(net, errno);
        if (errno != EINTR && errno != ECONNABORTED)
            return;
    }
}

/* Its lines may quote what a stranger sent, so they stay out of the log unless asked for. */
static void on_lws_log(int level, const char *line)
{
    (void)level;
    log_debug("net.lws", "%.*s", (int)strcspn(line, "\n"), line);
}

static void fill_protocols(struct net *net)
{
    net->protocols[0] = (struct lws_protocols){
        .name = HTTP_PROTOCOL, .callback = on_lws, .tx_packet_size = NET_TX_PACKET};
    net->protocols[1] = (struct lws_protocols){.name = NET_SUBPROTOCOL,
                                               .callback = on_lws,
                                               .rx_buffer_size = NET_RX_BUFFER,
                                               .tx_packet_size = NET_TX_PACKET};
}

struct net *net_create(uv_loop_t *loop, const struct net_settings *settings, struct hub *hub,
                       const struct net_watch *watch)
{
    struct net *net = mem_alloc(sizeof(*net));
    void *loops[1] = {loop};
    struct lws_context_creation_info info;
    net->loop = loop;
    net->settings = *settings;
    net->hub = hub;
    net->watch = *watch;
    net->listen_fd = -1;
    net->next_request_id = 1;
    fill_protocols(net);
    lws_set_log_level(LLL_ERR | LLL_WARN, on_lws_log);
    memset(&info, 0, sizeof(info));
    info.port = CONTEXT_PORT_NO_LISTEN_SERVER;
    info.protocols = net->protocols;
    info.foreign_loops = loops;
    info.pcontext = &net->lws;
    info.retry_and_idle_policy = &no_retry;
    info.timeout_secs = NET_HEADER_SECONDS;
    info.max_http_header_data = NET_HEADER_BYTES_MAX;
    info.pt_serv_buf_size = 32 * 1024;
    info.alpn = "http/1.1";
    info.options = LWS_SERVER_OPTION_LIBUV;
    net->lws = lws_create_context(&info);
    net->vhost = net->lws != NULL ? lws_get_vhost_by_name(net->lws, "default") : NULL;
    if (net->vhost == NULL) {
        log_error("net.no_context", "libwebsockets=%s", lws_get_library_version());
        mem_free(net);
        return NULL;
    }
    uv_timer_init(loop, &net->pause);
    net->pause.data = net;
    return net;
}

static bool parse_address(const char *text, uint16_t port, struct sockaddr_storage *out,
                          socklen_t *len)
{
    memset(out, 0, sizeof(*out));
    if (uv_ip4_addr(text, port, (struct sockaddr_in *)(void *)out) == 0) {
        *len = sizeof(struct sockaddr_in);
        return true;
    }
    *len = sizeof(struct sockaddr_in6);
    return uv_ip6_addr(text, port, (struct sockaddr_in6 *)(void *)out) == 0;
}

static uint16_t bound_port(int fd)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } name = {0};
    socklen_t len = sizeof(name);
    if (getsockname(fd, &name.any, &len) != 0)
        return 0;
    return ntohs(name.any.sa_family == AF_INET6 ? name.v6.sin6_port : name.v4.sin_port);
}

enum status net_listen(struct net *net)
{
    const int on = 1;
    struct sockaddr_storage at;
    socklen_t len;
    if (!parse_address(net->settings.bind_address, net->settings.port, &at, &len))
        return STATUS_INVALID_FIELD;
    int fd = socket(at.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return STATUS_UNAVAILABLE;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)); /* accepted sockets inherit it */
    if (net->settings.reuse_port)
        setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
    if (bind(fd, (struct sockaddr *)&at, len) != 0 || listen(fd, SOMAXCONN) != 0 ||
        uv_poll_init(net->loop, &net->listener, fd) != 0) {
        log_error("net.not_listening", "port=%u errno=%d", net->settings.port, errno);
        close(fd);
        return STATUS_UNAVAILABLE;
    }
    net->listen_fd = fd;
    net->port = bound_port(fd);
    net->listener.data = net;
    uv_poll_start(&net->listener, UV_READABLE, on_acceptable);
    return STATUS_OK;
}

uint16_t net_port(const struct net *net)
{
    return net->port;
}

static void on_listener_closed(uv_handle_t *handle)
{
    struct net *net = handle->data;
    close(net->listen_fd);
    net->listen_fd = -1;
}

void net_stop_accepting(struct net *net)
{
    uv_timer_stop(&net->pause);
    if (net->listen_fd >= 0 && !uv_is_closing((uv_handle_t *)&net->listener))
        uv_close((uv_handle_t *)&net->listener, on_listener_closed);
}

void net_stop_reading(struct net *net)
{
    net->draining = true;
}

uint32_t net_waiting(const struct net *net)
{
    return (uint32_t)net->counts.http_waiting;
}

void net_close(struct net *net)
{
    net_stop_accepting(net);
    uv_close((uv_handle_t *)&net->pause, NULL);
    lws_context_destroy(net->lws); /* the first of two steps: the rest happens on the loop */
}

void net_destroy(struct net *net)
{
    if (net->lws != NULL)
        lws_context_destroy(net->lws);
    struct conn *conn, *next;
    DL_FOREACH_SAFE(net->conns, conn, next)
        destroy_conn(conn);
    mem_free(net);
}

void net_count(const struct net *net, struct net_counts *out)
{
    *out = net->counts;
}
