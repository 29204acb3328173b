/*
 * peer: what the hub asks of the door behind a session. `net` gives the table at creation; tests
 * give their own. A peer is an opaque pointer that stays valid until hub_drop_session returns.
 */
#ifndef HUB_PEER_H
#define HUB_PEER_H

#include <stddef.h>
#include <stdint.h>

/* How many peers are asked at once: their cache misses overlap. */
#define PEER_GROUP 32

struct peer_functions {
    /* Bit i is set when peers[i] (at most PEER_GROUP) still holds a remainder it could not send. */
    uint32_t (*blocked)(void *const *peers, size_t count);
    /* Takes over the rest of a frame that was cut; sends it before anything else of this peer. */
    void (*hand_over)(void *peer, const uint8_t *bytes, size_t len);
    /* Calls hub_on_writable(hub, session) once, when the socket takes bytes again. */
    void (*wake)(void *peer);
    /* Ends the connection with this WebSocket close code; never from inside the call. */
    void (*close)(void *peer, uint16_t code);
};

#endif
