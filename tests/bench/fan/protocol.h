/*
 * protocol: how to subscribe to and publish through one kind of server.
 * All have the same work: one room, everybody gets everything, bodies of the same length.
 */
#ifndef BENCH_PROTOCOL_H
#define BENCH_PROTOCOL_H

#include "fan.h"

enum framing { FRAMING_WEBSOCKET, FRAMING_MQTT };

/* A whole message of a connection. */
struct message {
    uint8_t opcode; /* WebSocket: 1, 2; MQTT: the packet's first byte */
    const uint8_t *bytes;
    size_t len;
    size_t framed_len; /* with its header */
};

struct protocol {
    const char *name;
    enum framing framing;
    const char *path;        /* of the WebSocket; may be overridden */
    const char *subprotocol; /* NULL: none */
    bool has_people;         /* connections are somebody, by a bearer token */
    bool has_answers;        /* posts are acknowledged */
    void (*greet)(struct fan *fan, struct link *link); /* NULL: live at once */
    void (*on_message)(struct fan *fan, struct link *link, const struct message *message);
    void (*publish)(struct fan *fan, struct link *link, uint32_t number);
};

extern const struct protocol protocol_hall;
extern const struct protocol protocol_bare;
extern const struct protocol protocol_ws;
extern const struct protocol protocol_socketio;
extern const struct protocol protocol_nchan;
extern const struct protocol protocol_mqtt;

/* NULL: there is none of this name. */
const struct protocol *protocol_find(const char *name);

#endif
