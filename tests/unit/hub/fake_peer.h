/*
 * fake_peer: a door for tests: sessions on socket pairs, a peer that can be told to be blocked, and
 * what the other end has received, cut into WebSocket frames again.
 */
#ifndef UNIT_HUB_FAKE_PEER_H
#define UNIT_HUB_FAKE_PEER_H

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "hub/hub.h"

#define PEER_BYTES_MAX (1 << 22)

struct fake_peer {
    struct session *session;
    int ours, theirs;      /* the hub's end, the client's end */
    bool blocked;          /* has a remainder */
    uint8_t *kept;         /* the remainder */
    size_t kept_len;
    unsigned wakes;
    int closed;            /* close code, -1: not closed */
    uint8_t *got;          /* everything the client read */
    size_t got_len, got_at;
};

static inline uint32_t fake_blocked(void *const *peers, size_t count)
{
    uint32_t mask = 0;
    for (size_t i = 0; i < count; i++) {
        const struct fake_peer *peer = peers[i];
        mask |= (uint32_t)(peer == NULL || peer->blocked) << i;
    }
    return mask;
}

static inline void fake_hand_over(void *at, const uint8_t *bytes, size_t len)
{
    struct fake_peer *peer = at;
    peer->kept = mem_grow(peer->kept, peer->kept_len + len, 1);
    memcpy(peer->kept + peer->kept_len, bytes, len);
    peer->kept_len += len;
    peer->blocked = true;
}

static inline void fake_wake(void *at)
{
    ((struct fake_peer *)at)->wakes++;
}

static inline void fake_close(void *at, uint16_t code)
{
    ((struct fake_peer *)at)->closed = code;
}

static const struct peer_functions fake_functions = {
    .blocked = fake_blocked, .hand_over = fake_hand_over, .wake = fake_wake, .close = fake_close};

static inline struct fake_peer *fake_open(struct hub *hub)
{
    int pair[2];
    struct fake_peer *peer = mem_alloc(sizeof(*peer));
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
    peer->ours = pair[0];
    peer->theirs = pair[1];
    peer->closed = -1;
    peer->session = hub_open_session(hub, peer->ours, peer);
    return peer;
}

/* As net does it when the socket is gone. */
static inline void fake_drop(struct hub *hub, struct fake_peer *peer)
{
    if (peer->session != NULL)
        hub_drop_session(hub, peer->session);
    peer->session = NULL;
}

static inline void fake_free(struct hub *hub, struct fake_peer *peer)
{
    fake_drop(hub, peer);
    hub_turn(hub);
    close(peer->ours);
    close(peer->theirs);
    mem_free(peer->kept);
    mem_free(peer->got);
    mem_free(peer);
}

/* What libwebsockets would do: the remainder first, then WRITEABLE. */
static inline void fake_writable(struct hub *hub, struct fake_peer *peer)
{
    if (peer->kept_len > 0) {
        ssize_t n = send(peer->ours, peer->kept, peer->kept_len, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n > 0) {
            memmove(peer->kept, peer->kept + n, peer->kept_len - (size_t)n);
            peer->kept_len -= (size_t)n;
        }
        if (peer->kept_len > 0)
            return;
    }
    peer->blocked = false;
    hub_on_writable(hub, peer->session);
}

static inline void fake_read(struct fake_peer *peer)
{
    if (peer->got == NULL)
        peer->got = mem_alloc(PEER_BYTES_MAX);
    for (;;) {
        ssize_t n = recv(peer->theirs, peer->got + peer->got_len, PEER_BYTES_MAX - peer->got_len,
                         MSG_DONTWAIT);
        if (n <= 0)
            return;
        peer->got_len += (size_t)n;
    }
}

/* The next frame's payload; false: none is whole. Fails the test when it is no frame of ours. */
static inline bool fake_next(struct fake_peer *peer, const uint8_t **payload, size_t *len)
{
    fake_read(peer);
    const uint8_t *at = peer->got + peer->got_at;
    size_t left = peer->got_len - peer->got_at;
    if (left < 2)
        return false;
    assert_true(at[0] == 0x82 || at[0] == 0x89);
    size_t header = 2, size = at[1];
    if (size == 126 && left >= 4) {
        header = 4;
        size = (size_t)at[2] << 8 | at[3];
    } else if (size == 127 && left >= 10) {
        header = 10;
        size = (size_t)at[6] << 24 | (size_t)at[7] << 16 | (size_t)at[8] << 8 | at[9];
    }
    if (left < header + size)
        return false;
    *payload = at + header;
    *len = size;
    peer->got_at += header + size;
    return true;
}

/* The next frame is one of make_frame with this number. */
static inline void fake_expect(struct fake_peer *peer, uint32_t number)
{
    const uint8_t *payload = NULL;
    size_t len = 0;
    uint32_t got;
    assert_true(fake_next(peer, &payload, &len));
    assert_true(payload != NULL && len >= sizeof(got));
    if (payload == NULL)
        return;
    memcpy(&got, payload, sizeof(got));
    assert_int_equal(got, number);
    for (size_t i = sizeof(got); i < len; i++)
        if (payload[i] != (uint8_t)number)
            fail_msg("frame %u is damaged at byte %zu", number, i);
}

static inline void fake_expect_nothing(struct fake_peer *peer)
{
    const uint8_t *payload = NULL;
    size_t len = 0;
    assert_false(fake_next(peer, &payload, &len));
}

/* A payload that says its number and can be checked for damage. */
static inline struct shared_frame *make_frame(uint32_t number, size_t len)
{
    uint8_t *payload = mem_alloc(len);
    memset(payload, (int)(number & 0xff), len);
    memcpy(payload, &number, sizeof(number));
    struct shared_frame *frame = shared_frame_create(payload, len);
    mem_free(payload);
    return frame;
}

static inline struct hub *make_hub(uv_loop_t *loop, const struct hub_settings *wanted)
{
    struct hub_settings settings = {.outbox_bytes = OUTBOX_BYTES_MAX,
                                    .outbox_frames = OUTBOX_FRAMES_MAX,
                                    .ring_bytes = 1 << 20,
                                    .ring_frames = 64,
                                    .slice_members = 1000,
                                    .ping_ms = 25000,
                                    .silence_ms = 60000};
    uv_loop_init(loop);
    return hub_create(loop, wanted != NULL ? wanted : &settings, &fake_functions);
}

static inline void free_hub(uv_loop_t *loop, struct hub *hub)
{
    hub_close(hub, NULL, NULL);
    uv_run(loop, UV_RUN_DEFAULT);
    hub_destroy(hub);
    assert_int_equal(uv_loop_close(loop), 0);
}

static inline void publish(struct room *room, enum outbox_lane lane, uint64_t seq, uint32_t number)
{
    struct shared_frame *frame = make_frame(number, 40);
    room_publish(room, &(struct room_post){.frame = frame, .lane = lane, .seq = seq});
    shared_frame_release(frame);
}

/* Joined and live at once. */
static inline void enter(struct room *room, struct fake_peer *peer)
{
    assert_int_equal(room_join(room, peer->session), STATUS_OK);
    assert_int_equal(room_release(room, peer->session, 0), STATUS_OK);
}

#endif
