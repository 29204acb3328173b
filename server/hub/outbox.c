#include "hub/outbox.h"

#include <assert.h>
#include <stddef.h>

#include "base/mem.h"

#define QUEUE_FIRST_SIZE 8

static void grow(struct outbox_queue *queue)
{
    uint32_t size = queue->size == 0 ? QUEUE_FIRST_SIZE : queue->size * 2;
    struct shared_frame **frames = mem_alloc(size * sizeof(*frames));
    for (uint32_t i = 0; i < queue->count; i++)
        frames[i] = queue->frames[(queue->head + i) % queue->size];
    mem_free(queue->frames);
    queue->frames = frames;
    queue->head = 0;
    queue->size = size;
}

static struct shared_frame *pop(struct outbox_queue *queue)
{
    struct shared_frame *frame = queue->frames[queue->head];
    queue->head = (queue->head + 1) % queue->size;
    queue->count--;
    return frame;
}

/* An idle session should cost nothing: thousands of them are connected at any time. */
static void give_back(struct outbox_queue *queue)
{
    if (queue->count > 0)
        return;
    mem_free(queue->frames);
    *queue = (struct outbox_queue){0};
}

enum status outbox_push(struct outbox *box, struct shared_frame *frame, enum outbox_lane lane,
                        const struct outbox_bound *bound)
{
    if (outbox_count(box) >= bound->frames)
        return STATUS_FULL;
    if (box->bytes > bound->bytes || frame->len > bound->bytes - box->bytes)
        return STATUS_FULL;
    struct outbox_queue *queue = &box->lanes[lane];
    if (queue->count == queue->size)
        grow(queue);
    queue->frames[(queue->head + queue->count) % queue->size] = shared_frame_retain(frame);
    queue->count++;
    box->bytes += frame->len;
    return STATUS_OK;
}

bool outbox_is_empty(const struct outbox *box)
{
    return outbox_count(box) == 0;
}

uint32_t outbox_count(const struct outbox *box)
{
    return box->lanes[LANE_URGENT].count + box->lanes[LANE_NORMAL].count;
}

int outbox_gather(const struct outbox *box, struct iovec *out, int max)
{
    int n = 0;
    for (int lane = 0; lane < LANE_COUNT; lane++) {
        const struct outbox_queue *queue = &box->lanes[lane];
        for (uint32_t i = 0; i < queue->count && n < max; i++) {
            struct shared_frame *frame = queue->frames[(queue->head + i) % queue->size];
            out[n].iov_base = frame->bytes;
            out[n].iov_len = frame->len;
            n++;
        }
    }
    return n;
}

void outbox_consume(struct outbox *box, size_t sent, struct shared_frame **cut, uint32_t *cut_at)
{
    *cut = NULL;
    *cut_at = 0;
    for (int lane = 0; lane < LANE_COUNT; lane++) {
        struct outbox_queue *queue = &box->lanes[lane];
        while (sent > 0 && queue->count > 0) {
            struct shared_frame *frame = pop(queue);
            box->bytes -= frame->len;
            if (sent < frame->len) {
                *cut = frame;
                *cut_at = (uint32_t)sent;
                sent = 0;
                break;
            }
            sent -= frame->len;
            shared_frame_release(frame);
        }
        give_back(queue);
    }
    assert(sent == 0);
}

void outbox_clear(struct outbox *box)
{
    for (int lane = 0; lane < LANE_COUNT; lane++) {
        struct outbox_queue *queue = &box->lanes[lane];
        while (queue->count > 0) {
            struct shared_frame *frame = pop(queue);
            box->bytes -= frame->len;
            shared_frame_release(frame);
        }
        give_back(queue);
    }
}
