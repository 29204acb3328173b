/*
 * link: one connection of the load client. Frames are found in what was read and given to the
 * protocol; a part of a frame waits in `rest`.
 */
#ifndef BENCH_LINK_H
#define BENCH_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LINK_BYTES_MAX (768u << 10) /* a frame longer than this is a mistake */

struct fan;

/* Who a connection is and where she writes; from the people's file. */
struct person {
    char token[64];
    uint64_t room_id;
};

enum link_state {
    LINK_CLOSED,
    LINK_CONNECTING,
    LINK_UPGRADING,
    LINK_OPEN, /* the handshake is over */
    LINK_GREETED,
    LINK_LIVE,
};

struct link {
    int fd;
    enum link_state state;
    uint32_t index;
    uint32_t rest_len;
    uint8_t *rest; /* owned; NULL when nothing waits */
    uint64_t delivered; /* in this window */
    uint64_t seq;       /* hall: the last of the room that it holds */
    uint64_t head;      /* hall: from here on it is live */
};

/* Begins to connect. False: no descriptor or port is left. */
bool link_connect(struct fan *fan, struct link *link);
/* Connected: sends what opens the protocol. */
void link_connected(struct fan *fan, struct link *link);
void link_readable(struct fan *fan, struct link *link);
void link_close(struct fan *fan, struct link *link);
/* Sends all of it or fails the run: what we send always fits a socket's buffer. */
void link_send(struct fan *fan, struct link *link, const void *bytes, size_t len);
/* One masked WebSocket frame: opcode 1 text, 2 binary, 8 close, 9 ping, 10 pong. */
void link_send_frame(struct fan *fan, struct link *link, uint8_t opcode, const void *bytes,
                     size_t len);

#endif
