/*
 * ws_peer: an open WebSocket: fragments become one message under caps, the hub's bytes go out.
 */
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "net/net_state.h"

#define MESSAGE_FIRST_SIZE 2048

static struct conn *conn_of(struct lws *wsi)
{
    return lws_get_opaque_user_data(wsi);
}

static uint32_t on_blocked(void *const *peers, size_t count)
{
    uint32_t mask = 0;
    for (size_t i = 0; i < count; i++) {
        struct lws *wsi = peers[i];
        mask |= (uint32_t)(wsi == NULL || lws_partial_buffered(wsi) != 0) << i;
    }
    return mask;
}

/* LWS_WRITE_RAW: the bytes go out as they are; what does not fit is copied and sent first. */
static void on_hand_over(void *peer, const uint8_t *bytes, size_t len)
{
    struct lws *wsi = peer;
    if (lws_write(wsi, (unsigned char *)(uintptr_t)bytes, len, LWS_WRITE_RAW) < 0)
        lws_set_timeout(wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
}

static void on_wake(void *peer)
{
    lws_callback_on_writable(peer);
}

static void on_close(void *peer, uint16_t code)
{
    struct lws *wsi = peer;
    struct conn *conn = conn_of(wsi);
    if (code == 0 || conn == NULL) {
        lws_set_timeout(wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
        return;
    }
    if (conn->close_code != 0)
        return;
    conn->close_code = code;
    lws_set_timeout(wsi, PENDING_TIMEOUT_USER_OK, NET_KILL_SECONDS);
    lws_callback_on_writable(wsi);
}

const struct peer_functions *net_peer_functions(void)
{
    static const struct peer_functions functions = {
        .blocked = on_blocked, .hand_over = on_hand_over, .wake = on_wake, .close = on_close};
    return &functions;
}

int ws_peer_opened(struct conn *conn)
{
    struct net *net = conn->net;
    /* Sending around libwebsockets is right only on a socket of its own. */
    if (!conn->admitted || lws_get_network_wsi(conn->wsi) != conn->wsi || lws_is_ssl(conn->wsi))
        return -1;
    lws_set_timeout(conn->wsi, NO_PENDING_TIMEOUT, 0);
    conn->session = hub_open_session(net->hub, lws_get_socket_fd(conn->wsi), conn->wsi);
    const uint64_t session_id = conn->session->id;
    struct net_credential credential = *conn->credential;
    explicit_bzero(conn->credential, sizeof(*conn->credential));
    mem_free(conn->credential);
    conn->credential = NULL;
    net->watch.on_socket_open(net->watch.ctx, session_id, &credential);
    explicit_bzero(&credential, sizeof(credential));
    return 0;
}

void ws_peer_forget_message(struct conn *conn)
{
    mem_free(conn->message);
    conn->message = NULL;
    conn->message_len = 0;
    conn->message_size = 0;
    conn->fragments = 0;
    wheel_clear(&conn->deadline);
}

void ws_peer_gone(struct conn *conn)
{
    struct net *net = conn->net;
    struct session *session = conn->session;
    if (session == NULL)
        return;
    ws_peer_forget_message(conn);
    net->watch.on_socket_closed(net->watch.ctx, session->id);
    conn->session = NULL;
    hub_drop_session(net->hub, session);
}

static void refuse(struct conn *conn, uint16_t code, uint64_t *counter)
{
    (*counter)++;
    ws_peer_forget_message(conn);
    session_close_code(conn->session, code);
}

static void on_assembly_late(struct wheel_item *item)
{
    struct conn *conn = (struct conn *)(void *)((char *)item - offsetof(struct conn, deadline));
    if (conn->session != NULL)
        refuse(conn, SESSION_CLOSE_POLICY, &conn->net->counts.closed_assembly);
}

static bool append(struct conn *conn, const uint8_t *bytes, size_t len)
{
    if (len > NET_MESSAGE_BYTES_MAX - conn->message_len)
        return false;
    const uint32_t need = conn->message_len + (uint32_t)len;
    if (need > conn->message_size) {
        uint32_t size = conn->message_size == 0 ? MESSAGE_FIRST_SIZE : conn->message_size * 2;
        if (size < need)
            size = need;
        conn->message = mem_grow(conn->message, size, 1);
        conn->message_size = size;
    }
    if (len > 0)
        memcpy(conn->message + conn->message_len, bytes, len);
    conn->message_len = need;
    return true;
}

static void deliver(struct conn *conn, const uint8_t *bytes, size_t len)
{
    struct net *net = conn->net;
    net->counts.messages_in++;
    net->watch.on_frame(net->watch.ctx, conn->session->id, bytes, len);
}

/* A piece of a message that is not whole, or its last. */
static void assemble(struct conn *conn, const uint8_t *bytes, size_t len, bool final)
{
    struct net *net = conn->net;
    const bool frame_ends = lws_remaining_packet_payload(conn->wsi) == 0;
    if (!append(conn, bytes, len)) {
        refuse(conn, SESSION_CLOSE_TOO_BIG, &net->counts.closed_too_big);
        return;
    }
    if (frame_ends && ++conn->fragments > NET_FRAGMENTS_MAX) {
        refuse(conn, SESSION_CLOSE_POLICY, &net->counts.closed_fragments);
        return;
    }
    if (!final) {
        if (!wheel_is_set(&conn->deadline))
            wheel_set(hub_wheel(net->hub), &conn->deadline, NET_ASSEMBLY_MS, on_assembly_late);
        return;
    }
    /* The message is taken out first: what it causes may end the connection. */
    uint8_t *whole = conn->message;
    const uint32_t whole_len = conn->message_len;
    conn->message = NULL;
    ws_peer_forget_message(conn);
    deliver(conn, whole, whole_len);
    mem_free(whole);
}

int ws_peer_received(struct conn *conn, const uint8_t *bytes, size_t len)
{
    struct net *net = conn->net;
    if (conn->session == NULL || conn->session->state != SESSION_OPEN || net->draining)
        return 0; /* on its way out: what it still says counts for nothing */
    const bool first = lws_is_first_fragment(conn->wsi) != 0;
    const bool final = lws_is_final_fragment(conn->wsi) != 0;
    net->counts.bytes_in += len;
    session_heard(conn->session);
    if (first && lws_frame_is_binary(conn->wsi) == 0) {
        refuse(conn, SESSION_CLOSE_NOT_BINARY, &net->counts.closed_not_binary);
        return 0;
    }
    if (first && final && conn->message == NULL) {
        if (len > NET_MESSAGE_BYTES_MAX)
            refuse(conn, SESSION_CLOSE_TOO_BIG, &net->counts.closed_too_big);
        else
            deliver(conn, bytes, len);
        return 0;
    }
    assemble(conn, bytes, len, final);
    return 0;
}

/*
 * The goodbye is written by ourselves: told to close, Debian's libwebsockets on libuv closes the
 * socket twice in one go, and the Close frame never leaves. Then the peer's Close is waited for.
 */
static int say_goodbye(struct conn *conn)
{
    const uint8_t frame[4] = {0x88, 2, (uint8_t)(conn->close_code >> 8),
                              (uint8_t)conn->close_code};
    if (conn->close_said)
        return 0;
    conn->close_said = true;
    ssize_t sent = send(lws_get_socket_fd(conn->wsi), frame, sizeof(frame),
                        MSG_DONTWAIT | MSG_NOSIGNAL);
    return sent == (ssize_t)sizeof(frame) ? 0 : -1;
}

int ws_peer_closes(struct conn *conn)
{
    const bool was_ours = conn->close_said;
    ws_peer_gone(conn);
    return was_ours ? -1 : 0; /* ours was answered: nothing more to say */
}

int ws_peer_writable(struct conn *conn)
{
    if (conn->close_code != 0)
        return say_goodbye(conn);
    if (conn->session != NULL)
        hub_on_writable(conn->net->hub, conn->session);
    return 0;
}
