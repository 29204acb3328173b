/*
 * wire_buffer: bytes that grow. Zero-initialised is a valid empty buffer; owned by the caller.
 * Grows by doubling; aborts when memory is out. What is written is our own, so it is bounded by
 * what the schema allows.
 */
#ifndef WIRE_BUFFER_H
#define WIRE_BUFFER_H

#include <stddef.h>
#include <stdint.h>

struct wire_buffer {
    uint8_t *data; /* owned */
    size_t len;
    size_t capacity;
};

/* Room for this many more bytes behind len. */
void wire_buffer_reserve(struct wire_buffer *buffer, size_t more);
void wire_buffer_append(struct wire_buffer *buffer, const void *bytes, size_t len);
/* Frees the bytes; the buffer is empty and can be used again. */
void wire_buffer_deinit(struct wire_buffer *buffer);

#endif
