/*
 * shared_frame: one WebSocket server frame (or several, joined), complete with its header and ready
 * for send(). One allocation, counted; encoded once and shared by every outbox and ring.
 * Only the loop thread touches it, so the count is a plain number.
 */
#ifndef HUB_SHARED_FRAME_H
#define HUB_SHARED_FRAME_H

#include <stddef.h>
#include <stdint.h>

/* Header of an unmasked server frame: 2, 4 or 10 bytes; ours are never longer than 32 bits say. */
#define SHARED_FRAME_HEADER_MAX 10

struct shared_frame {
    uint32_t refs;   /* written by retain and release only */
    uint32_t len;    /* bytes, header included */
    uint32_t frames; /* how many WebSocket frames are in it; 1 unless joined */
    uint8_t bytes[];
};

/* A binary frame around a payload, which is copied. The caller holds the one reference. */
struct shared_frame *shared_frame_create(const uint8_t *payload, size_t len);
/* A ping with one byte: libwebsockets reports no empty pong. */
struct shared_frame *shared_frame_create_ping(void);
/* The bytes of several frames behind one another, as one. */
struct shared_frame *shared_frame_join(struct shared_frame *const *frames, size_t count);

/* Returns its argument. */
struct shared_frame *shared_frame_retain(struct shared_frame *frame);
/* The last one frees it. NULL is allowed. */
void shared_frame_release(struct shared_frame *frame);

#endif
