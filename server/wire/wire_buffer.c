#include "wire/wire_buffer.h"

#include <string.h>

#include "base/mem.h"

#define BUFFER_BYTES_MIN 256

void wire_buffer_reserve(struct wire_buffer *buffer, size_t more)
{
    if (buffer->capacity - buffer->len >= more)
        return;
    size_t need = buffer->len + more;
    size_t capacity = buffer->capacity > 0 ? buffer->capacity : BUFFER_BYTES_MIN;
    while (capacity < need)
        capacity *= 2;
    buffer->data = mem_grow(buffer->data, capacity, 1);
    buffer->capacity = capacity;
}

void wire_buffer_append(struct wire_buffer *buffer, const void *bytes, size_t len)
{
    if (len == 0)
        return;
    wire_buffer_reserve(buffer, len);
    memcpy(buffer->data + buffer->len, bytes, len);
    buffer->len += len;
}

void wire_buffer_deinit(struct wire_buffer *buffer)
{
    mem_free(buffer->data);
    *buffer = (struct wire_buffer){0};
}
