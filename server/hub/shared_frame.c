#include "hub/shared_frame.h"

#include <assert.h>
#include <string.h>

#include "base/mem.h"

#define FINAL_BINARY 0x82
#define FINAL_PING 0x89
#define PING_BYTE 'h'

static struct shared_frame *allocate(size_t len)
{
    assert(len <= UINT32_MAX);
    struct shared_frame *frame = mem_alloc(sizeof(*frame) + len);
    frame->refs = 1;
    frame->frames = 1;
    frame->len = (uint32_t)len;
    return frame;
}

/* RFC 6455 section 5.2, unmasked; gives the header's length. */
static size_t write_header(uint8_t *out, uint8_t first, size_t len)
{
    out[0] = first;
    if (len < 126) {
        out[1] = (uint8_t)len;
        return 2;
    }
    if (len <= UINT16_MAX) {
        out[1] = 126;
        out[2] = (uint8_t)(len >> 8);
        out[3] = (uint8_t)len;
        return 4;
    }
    out[1] = 127;
    for (int i = 0; i < 8; i++)
        out[2 + i] = (uint8_t)((uint64_t)len >> (56 - 8 * i));
    return 10;
}

struct shared_frame *shared_frame_create(const uint8_t *payload, size_t len)
{
    uint8_t header[SHARED_FRAME_HEADER_MAX];
    size_t header_len = write_header(header, FINAL_BINARY, len);
    struct shared_frame *frame = allocate(header_len + len);
    memcpy(frame->bytes, header, header_len);
    if (len > 0)
        memcpy(frame->bytes + header_len, payload, len);
    return frame;
}

struct shared_frame *shared_frame_create_ping(void)
{
    struct shared_frame *frame = allocate(3);
    frame->bytes[write_header(frame->bytes, FINAL_PING, 1)] = PING_BYTE;
    return frame;
}

struct shared_frame *shared_frame_join(struct shared_frame *const *frames, size_t count)
{
    assert(count > 0);
    if (count == 1)
        return shared_frame_retain(frames[0]);
    size_t len = 0;
    uint32_t total = 0;
    for (size_t i = 0; i < count; i++) {
        len += frames[i]->len;
        total += frames[i]->frames;
    }
    struct shared_frame *joined = allocate(len);
    joined->frames = total;
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        memcpy(joined->bytes + at, frames[i]->bytes, frames[i]->len);
        at += frames[i]->len;
    }
    return joined;
}

struct shared_frame *shared_frame_retain(struct shared_frame *frame)
{
    frame->refs++;
    return frame;
}

void shared_frame_release(struct shared_frame *frame)
{
    if (frame == NULL)
        return;
    assert(frame->refs > 0);
    if (--frame->refs == 0)
        mem_free(frame);
}
