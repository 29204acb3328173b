#include "link.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "protocol.h"

#define READ_BYTES        (256u << 10)
#define REQUEST_BYTES     1024
#define FRAME_BYTES       (FAN_BODY_MAX * 2)
#define LINKS_PER_ADDRESS 4000

/* The key of RFC 6455 and its answer: nobody is to be kept out by it, it only has to be right. */
#define HANDSHAKE_KEY    "dGhlIHNhbXBsZSBub25jZQ=="
#define HANDSHAKE_ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

static const uint8_t mask_key[4] = {0x37, 0xfa, 0x21, 0x3d};
static uint8_t buffer[LINK_BYTES_MAX + READ_BYTES];

/* Beyond 14,000 connections to one place the kernel's search for a free port becomes slow, and
 * would be measured; the machine's own network has addresses enough. */
static void spread_sources(const struct fan *fan, const struct link *link)
{
    const int one = 1;
    struct sockaddr_in source = {.sin_family = AF_INET};
    if (ntohl(fan->address.sin_addr.s_addr) >> 24 != IN_LOOPBACKNET)
        return;
    source.sin_addr.s_addr = htonl(INADDR_LOOPBACK + link->index / LINKS_PER_ADDRESS);
    setsockopt(link->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof(one));
    /* When it cannot be had: from the usual address. */
    (void)!bind(link->fd, (const struct sockaddr *)&source, sizeof(source));
}

bool link_connect(struct fan *fan, struct link *link)
{
    const int one = 1;
    link->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (link->fd < 0)
        return false;
    setsockopt(link->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    spread_sources(fan, link);
    if (connect(link->fd, (const struct sockaddr *)&fan->address, sizeof(fan->address)) != 0 &&
        errno != EINPROGRESS) {
        close(link->fd);
        link->fd = -1;
        return false;
    }
    struct epoll_event event = {.events = EPOLLOUT, .data.ptr = link};
    epoll_ctl(fan->epoll_fd, EPOLL_CTL_ADD, link->fd, &event);
    link->state = LINK_CONNECTING;
    fan->opening++;
    return true;
}

static void send_upgrade(struct fan *fan, struct link *link)
{
    const struct protocol *protocol = fan->protocol;
    char request[REQUEST_BYTES];
    int n = snprintf(request, sizeof(request),
                     "GET %s HTTP/1.1\r\nHost: %s:%u\r\nUpgrade: websocket\r\n"
                     "Connection: Upgrade\r\nSec-WebSocket-Key: " HANDSHAKE_KEY "\r\n"
                     "Sec-WebSocket-Version: 13\r\n%s%s%s%s%s%s\r\n",
                     fan->path, fan->host, ntohs(fan->address.sin_port),
                     protocol->subprotocol != NULL ? "Sec-WebSocket-Protocol: " : "",
                     protocol->subprotocol != NULL ? protocol->subprotocol : "",
                     protocol->subprotocol != NULL ? "\r\n" : "",
                     protocol->has_people ? "Authorization: Bearer " : "",
                     protocol->has_people ? fan->people[link->index].token : "",
                     protocol->has_people ? "\r\n" : "");
    link->state = LINK_UPGRADING;
    link_send(fan, link, request, (size_t)n);
}

static void is_open(struct fan *fan, struct link *link)
{
    link->state = LINK_OPEN;
    fan->opening--;
}

void link_connected(struct fan *fan, struct link *link)
{
    int error = 0;
    socklen_t len = sizeof(error);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = link};
    getsockopt(link->fd, SOL_SOCKET, SO_ERROR, &error, &len);
    if (error != 0) {
        link_close(fan, link);
        return;
    }
    epoll_ctl(fan->epoll_fd, EPOLL_CTL_MOD, link->fd, &event);
    if (fan->protocol->framing == FRAMING_WEBSOCKET)
        send_upgrade(fan, link);
    else
        is_open(fan, link);
}

void link_close(struct fan *fan, struct link *link)
{
    if (link->state == LINK_CLOSED)
        return;
    if (link->state == LINK_CONNECTING || link->state == LINK_UPGRADING)
        fan->opening--;
    if (link->state == LINK_LIVE)
        fan->live--;
    close(link->fd);
    mem_free(link->rest);
    link->fd = -1;
    link->rest = NULL;
    link->rest_len = 0;
    link->state = LINK_CLOSED;
    fan->closed++;
}

void link_send(struct fan *fan, struct link *link, const void *bytes, size_t len)
{
    const ssize_t sent = send(link->fd, bytes, len, MSG_NOSIGNAL);
    if (sent == (ssize_t)len)
        return;
    if (sent < 0 && errno != EAGAIN) {
        link_close(fan, link);
        return;
    }
    fan_fail(fan, "the server does not read what it is sent");
}

void link_send_frame(struct fan *fan, struct link *link, uint8_t opcode, const void *bytes,
                     size_t len)
{
    uint8_t frame[FRAME_BYTES + 8];
    size_t head = 2;
    if (len > FRAME_BYTES) {
        fan_fail(fan, "a frame of %zu bytes is too long", len);
        return;
    }
    frame[0] = (uint8_t)(0x80 | opcode);
    if (len < 126) {
        frame[1] = (uint8_t)(0x80 | len);
    } else {
        frame[1] = 0x80 | 126;
        frame[2] = (uint8_t)(len >> 8);
        frame[3] = (uint8_t)len;
        head = 4;
    }
    memcpy(frame + head, mask_key, sizeof(mask_key));
    head += sizeof(mask_key);
    for (size_t i = 0; i < len; i++)
        frame[head + i] = (uint8_t)(((const uint8_t *)bytes)[i] ^ mask_key[i % 4]);
    link_send(fan, link, frame, head + len);
}

/* The WebSocket frame at the front; 0 when it is not whole yet. */
static size_t find_frame(const uint8_t *bytes, size_t len, struct message *out)
{
    if (len < 2)
        return 0;
    size_t head = 2;
    uint64_t body = bytes[1] & 0x7f;
    if (body == 126) {
        head = 4;
        body = len >= 4 ? (uint64_t)bytes[2] << 8 | bytes[3] : 0;
    } else if (body == 127) {
        head = 10;
        body = 0;
        for (size_t i = 2; len >= 10 && i < 10; i++)
            body = body << 8 | bytes[i];
    }
    if (len < head || body > LINK_BYTES_MAX || len - head < body)
        return 0;
    out->opcode = bytes[0] & 0x0f;
    out->bytes = bytes + head;
    out->len = (size_t)body;
    out->framed_len = head + out->len;
    return out->framed_len;
}

/* The same for MQTT 3.1.1: a byte, a length of up to four bytes. */
static size_t find_packet(const uint8_t *bytes, size_t len, struct message *out)
{
    size_t body = 0, at = 1;
    unsigned shift = 0;
    if (len < 2)
        return 0;
    do {
        if (at == len || at == 5)
            return 0;
        body |= (size_t)(bytes[at] & 0x7f) << shift;
        shift += 7;
    } while ((bytes[at++] & 0x80) != 0);
    if (len - at < body)
        return 0;
    out->opcode = bytes[0];
    out->bytes = bytes + at;
    out->len = body;
    out->framed_len = at + body;
    return out->framed_len;
}

static void handle_frame(struct fan *fan, struct link *link, const struct message *message)
{
    if (message->opcode == 1 || message->opcode == 2) {
        fan->protocol->on_message(fan, link, message);
    } else if (message->opcode == 9) {
        link_send_frame(fan, link, 10, message->bytes, message->len);
    } else if (message->opcode == 8) {
        if (message->len >= 2 && fan->problem[0] == '\0')
            snprintf(fan->problem, sizeof(fan->problem), "a connection was closed with code %d",
                     message->bytes[0] << 8 | message->bytes[1]);
        link_close(fan, link);
    }
}

static size_t handle_frames(struct fan *fan, struct link *link, const uint8_t *bytes, size_t len)
{
    const bool is_websocket = fan->protocol->framing == FRAMING_WEBSOCKET;
    struct message message;
    size_t at = 0;
    while (link->state >= LINK_OPEN) {
        size_t taken = is_websocket ? find_frame(bytes + at, len - at, &message)
                                    : find_packet(bytes + at, len - at, &message);
        if (taken == 0)
            break;
        at += taken;
        if (is_websocket)
            handle_frame(fan, link, &message);
        else
            fan->protocol->on_message(fan, link, &message);
    }
    return at;
}

/* The answer to the upgrade; gives how many bytes it was, 0 when it is not whole. */
static size_t handle_upgrade(struct fan *fan, struct link *link, const uint8_t *bytes, size_t len)
{
    const uint8_t *end = memmem(bytes, len, "\r\n\r\n", 4);
    if (end == NULL)
        return 0;
    const size_t head = (size_t)(end - bytes) + 4;
    if (memcmp(bytes, "HTTP/1.1 101", 12) != 0 ||
        memmem(bytes, head, HANDSHAKE_ACCEPT, strlen(HANDSHAKE_ACCEPT)) == NULL) {
        fan_fail(fan, "the handshake was answered: %.60s", (const char *)bytes);
        link_close(fan, link);
        return head;
    }
    is_open(fan, link);
    return head;
}

static void keep_rest(struct fan *fan, struct link *link, const uint8_t *bytes, size_t len)
{
    mem_free(link->rest);
    link->rest = NULL;
    link->rest_len = 0;
    if (len == 0 || link->state == LINK_CLOSED)
        return;
    if (len > LINK_BYTES_MAX) {
        fan_fail(fan, "a frame is too long");
        return;
    }
    link->rest = mem_alloc(len);
    link->rest_len = (uint32_t)len;
    memcpy(link->rest, bytes, len);
}

void link_readable(struct fan *fan, struct link *link)
{
    const size_t before = link->rest_len;
    if (before > 0)
        memcpy(buffer, link->rest, before);
    const ssize_t got = recv(link->fd, buffer + before, READ_BYTES, 0);
    if (got < 0 && errno == EAGAIN)
        return;
    if (got <= 0) {
        link_close(fan, link);
        return;
    }
    const size_t len = before + (size_t)got;
    size_t at = 0;
    if (link->state == LINK_UPGRADING)
        at = handle_upgrade(fan, link, buffer, len);
    at += handle_frames(fan, link, buffer + at, len - at);
    if (before > 0 || at < len)
        keep_rest(fan, link, buffer + at, len - at);
}
