/*
 * raw_client: the asker's side of the tests of net, in raw bytes.
 */
#ifndef UNIT_NET_RAW_CLIENT_H
#define UNIT_NET_RAW_CLIENT_H

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/echo_server.h"

static pid_t server;
static uint16_t port;

static inline int start(void **state)
{
    int ends[2];
    (void)state;
    if (pipe(ends) != 0)
        return -1;
    server = fork();
    if (server == 0)
        exit(serve(ends[1]));
    return read(ends[0], &port, sizeof(port)) == sizeof(port) ? 0 : -1;
}

static inline int stop(void **state)
{
    int status = 0;
    (void)state;
    kill(server, SIGTERM);
    if (waitpid(server, &status, 0) != server)
        return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 99;
}

static inline int dial(void)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int on = 1;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    return fd;
}

static inline void say(int fd, const void *bytes, size_t len)
{
    assert_int_equal(send(fd, bytes, len, MSG_NOSIGNAL), (ssize_t)len);
}

/* Reads until `want` bytes, the end, or `ms` without any; gives the number. */
static inline size_t hear(int fd, uint8_t *out, size_t want, int ms)
{
    size_t got = 0;
    while (got < want) {
        struct pollfd at = {.fd = fd, .events = POLLIN};
        if (poll(&at, 1, ms) <= 0)
            break;
        ssize_t n = recv(fd, out + got, want - got, 0);
        if (n <= 0)
            break;
        got += (size_t)n;
    }
    return got;
}

/* Whether the other side has closed (and says nothing more) within `ms`. */
static inline bool is_closed_within(int fd, int ms)
{
    struct pollfd at = {.fd = fd, .events = POLLIN};
    uint8_t byte;
    while (poll(&at, 1, ms) > 0)
        if (recv(fd, &byte, 1, 0) <= 0)
            return true;
    return false;
}

static inline int open_socket(const char *extra)
{
    char text[1024];
    uint8_t answer[512];
    int fd = dial();
    int n = snprintf(text, sizeof(text),
                     "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                     "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                     "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: hall.1\r\n%s\r\n",
                     extra);
    say(fd, text, (size_t)n);
    size_t got = 0;
    while (got < sizeof(answer) - 1 && hear(fd, answer + got, 1, 2000) == 1) {
        got++;
        if (got >= 4 && memcmp(answer + got - 4, "\r\n\r\n", 4) == 0)
            break;
    }
    answer[got] = '\0';
    assert_non_null(strstr((char *)answer, "101"));
    assert_non_null(strstr((char *)answer, "Sec-WebSocket-Protocol: hall.1"));
    return fd;
}

static inline int open_known(void)
{
    return open_socket("Authorization: Bearer token\r\n");
}

/* A masked client frame; the mask is zero, so the payload stands as it is. */
static inline size_t frame(uint8_t *out, uint8_t first, const void *payload, size_t len)
{
    size_t n = 0;
    out[n++] = first;
    if (len < 126) {
        out[n++] = (uint8_t)(0x80 | len);
    } else if (len < 65536) {
        out[n++] = 0x80 | 126;
        out[n++] = (uint8_t)(len >> 8);
        out[n++] = (uint8_t)len;
    } else {
        out[n++] = 0x80 | 127;
        for (int i = 7; i >= 0; i--)
            out[n++] = (uint8_t)((uint64_t)len >> (8 * i));
    }
    memset(out + n, 0, 4);
    n += 4;
    if (len > 0)
        memcpy(out + n, payload, len);
    return n + len;
}

static inline void say_frame(int fd, uint8_t first, const void *payload, size_t len)
{
    uint8_t *bytes = mem_alloc(len + 16);
    say(fd, bytes, frame(bytes, first, payload, len));
    mem_free(bytes);
}

/* The next server frame that is no ping; its first byte, -1 at the end. */
static inline int hear_frame(int fd, uint8_t *payload, size_t *len)
{
    uint8_t header[10];
    for (;;) {
        if (hear(fd, header, 2, 3000) != 2)
            return -1;
        *len = header[1];
        if (*len == 126) {
            assert_int_equal(hear(fd, header + 2, 2, 3000), 2);
            *len = (size_t)header[2] << 8 | header[3];
        } else if (*len == 127) {
            assert_int_equal(hear(fd, header + 2, 8, 3000), 8);
            *len = (size_t)header[7] << 16 | (size_t)header[8] << 8 | header[9];
        }
        assert_int_equal(hear(fd, payload, *len, 3000), *len);
        if (header[0] != 0x89)
            return header[0];
    }
}

static uint8_t large[200000];

static inline void expect_echo(int fd, const void *payload, size_t len)
{
    size_t got = 0;
    assert_int_equal(hear_frame(fd, large, &got), 0x82);
    assert_int_equal(got, len);
    assert_memory_equal(large, payload, len);
}

static inline void expect_close(int fd, unsigned code)
{
    size_t len = 0;
    int first = hear_frame(fd, large, &len);
    assert_int_equal(first, 0x88);
    assert_int_equal(len, 2);
    assert_int_equal(large[0] << 8 | large[1], code);
    say_frame(fd, 0x88, large, 2);
    assert_true(is_closed_within(fd, 3000));
    close(fd);
}

#endif
