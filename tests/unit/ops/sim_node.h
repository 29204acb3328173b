/*
 * sim_node: hub and operations of one node over fake_world, and the sockets of its peers: pairs
 * whose other end a test reads when and as far as it likes.
 */
#ifndef TESTS_UNIT_OPS_SIM_NODE_H
#define TESTS_UNIT_OPS_SIM_NODE_H

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "fake_people.h"
#include "hub/hub.h"
#include "ops/ops_watch.h"
#include "ops/revocation_feed.h"
#include "ops/room/catch_up.h"

#define SIM_TOKEN "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

/* The door's end of one socket. */
struct sim_peer {
    int fd;
    uint64_t session_id;
    uint8_t *rest; /* owned: what the socket did not take */
    size_t rest_len;
    bool wants_wake;
    bool closing; /* the node ended it */
};

static struct {
    uv_loop_t loop;
    struct store *store;
    struct hub *hub;
    struct ops_env ops;
    struct ops_settings settings;
} node;

static uint32_t node_outbox_frames = 64;

static inline uint32_t sim_blocked(void *const *peers, size_t count)
{
    uint32_t mask = 0;
    for (size_t i = 0; i < count; i++)
        if (peers[i] == NULL || ((struct sim_peer *)peers[i])->rest_len > 0)
            mask |= 1u << i;
    return mask;
}

static inline void sim_hand_over(void *peer, const uint8_t *bytes, size_t len)
{
    struct sim_peer *sim = peer;
    sim->rest = mem_grow(sim->rest, sim->rest_len + len, 1);
    memcpy(sim->rest + sim->rest_len, bytes, len);
    sim->rest_len += len;
}

static inline void sim_wake(void *peer)
{
    ((struct sim_peer *)peer)->wants_wake = true;
}

static inline void sim_close(void *peer, uint16_t code)
{
    (void)code;
    ((struct sim_peer *)peer)->closing = true;
}

static inline void node_start(void)
{
    static const struct peer_functions peers = {sim_blocked, sim_hand_over, sim_wake, sim_close};
    const struct hub_settings hub_settings = {
        .outbox_bytes = 64 * 1024,
        .outbox_frames = node_outbox_frames,
        .ring_bytes = 16 * 1024,
        .ring_frames = 24,
        .slice_members = 3,
        .ping_ms = 1000000,
        .silence_ms = 1000000,
    };
    static const struct hub_watch watch = {&node.ops, ops_on_room_gap, ops_on_session_drained};
    static const struct store_settings store_settings = {.database = ""};
    static const struct store_watch store_watch = {0};
    uv_loop_init(&node.loop);
    node.store = store_create(&node.loop, &store_settings, &store_watch);
    node.hub = hub_create(&node.loop, &hub_settings, &peers);
    hub_set_watch(node.hub, &watch);
    node.settings = (struct ops_settings){
        .ping_ms = 1000, .recall_ms = 120000, .resume_max = 150, .resume_tail = 20,
        .calls_max = 1000};
    node.ops = (struct ops_env){
        .loop = &node.loop, .store = node.store, .hub = node.hub, .settings = &node.settings};
    ops_open(&node.ops);
    revocation_feed_open(&node.ops);
}

/* The clock of the whole program: it stands still unless told. */
static int64_t node_now_ms = 1700000000000;

int64_t clock_wall_ms(void)
{
    return node_now_ms;
}

int64_t clock_mono_ms(void)
{
    return node_now_ms;
}

int64_t clock_mono_us(void)
{
    return node_now_ms * 1000;
}

static inline void node_pass(int64_t ms)
{
    node_now_ms += ms;
    wheel_advance(hub_wheel(node.hub), node_now_ms);
}

static inline void on_closed(void *ctx)
{
    *(bool *)ctx = true;
}

static inline void node_stop(void)
{
    bool closed = false;
    hub_close(node.hub, on_closed, &closed);
    while (!closed)
        uv_run(&node.loop, UV_RUN_NOWAIT);
    closed = false;
    store_close(node.store, on_closed, &closed);
    while (!closed)
        uv_run(&node.loop, UV_RUN_NOWAIT);
    ops_close(&node.ops);
    hub_destroy(node.hub);
    store_destroy(node.store);
    while (uv_run(&node.loop, UV_RUN_NOWAIT) != 0)
        ;
    if (uv_loop_close(&node.loop) != 0)
        abort();
}

/* Opens a socket for this account; *out_fd is the far end. */
static inline struct sim_peer *node_connect(const char *token, int *out_fd)
{
    int fds[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds) != 0)
        abort();
    int small = 4096;
    setsockopt(fds[0], SOL_SOCKET, SO_SNDBUF, &small, sizeof(small));
    struct sim_peer *peer = mem_alloc(sizeof(*peer));
    peer->fd = fds[0];
    *out_fd = fds[1];
    struct session *session = hub_open_session(node.hub, peer->fd, peer);
    peer->session_id = session->id;
    ops_on_socket_open(&node.ops, session->id, SESSION_BY_TOKEN, token);
    return peer;
}

/* The near end notices that the socket is gone; frees the peer. */
static inline void node_disconnect(struct sim_peer *peer)
{
    struct session *session = hub_find_session(node.hub, peer->session_id);
    if (session != NULL) {
        ops_on_socket_closed(&node.ops, peer->session_id);
        hub_drop_session(node.hub, session);
    }
    hub_turn(node.hub);
    close(peer->fd);
    mem_free(peer->rest);
    mem_free(peer);
}

/* What the door does when the socket takes bytes again. */
static inline void peer_pump(struct sim_peer *peer)
{
    while (peer->rest_len > 0) {
        ssize_t sent = send(peer->fd, peer->rest, peer->rest_len, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        peer->rest_len -= (size_t)sent;
        memmove(peer->rest, peer->rest + sent, peer->rest_len);
    }
    struct session *session = hub_find_session(node.hub, peer->session_id);
    if (peer->wants_wake && session != NULL) {
        peer->wants_wake = false;
        hub_on_writable(node.hub, session);
    }
}

#endif
