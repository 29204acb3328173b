/*
 * image_child: one running hall-image: feeds it, gathers its answer, kills it when its time is up.
 * Owned by media. Frees itself after its answer.
 */
#ifndef MEDIA_IMAGE_CHILD_H
#define MEDIA_IMAGE_CHILD_H

#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "base/status.h"
#include "media/media.h"

struct image_child;

/* Called once, from the loop, after the process is gone; the child is freed afterwards. */
typedef void (*image_child_fn)(void *ctx, enum status status, const struct media_picture *picture);

struct image_child_start {
    uv_loop_t *loop;
    const char *program; /* borrowed for the call */
    uint8_t *bytes;      /* taken on success (mem_free) */
    size_t len;
    image_child_fn fn;
    void *ctx;
};

/* STATUS_BUSY: no process, pipe or handle could be had. */
MUST_USE enum status image_child_start(const struct image_child_start *start,
                                       struct image_child **out);
/* Ends it now; fn is still called. */
void image_child_kill(struct image_child *child);

#endif
