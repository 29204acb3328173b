/*
 * media_child: one running program that makes a picture or a voice anew: feeds it, gathers its
 * answer, kills it when its time is up. Owned by media. Frees itself after its answer.
 */
#ifndef MEDIA_MEDIA_CHILD_H
#define MEDIA_MEDIA_CHILD_H

#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "base/status.h"
#include "media/media.h"

struct media_child;

/*
 * Called once, from the loop, after the process is gone; the child is freed afterwards. answer is
 * what it wrote, whole or not; NULL: nothing, or more than answer_max.
 */
typedef void (*media_child_fn)(void *ctx, const uint8_t *answer, size_t len);

struct media_child_start {
    uv_loop_t *loop;
    const char *program; /* borrowed for the call */
    uint8_t *bytes;      /* taken on success (mem_free) */
    size_t len;
    size_t answer_max;
    media_child_fn fn;
    void *ctx;
};

/* STATUS_BUSY: no process, pipe or handle could be had. */
MUST_USE enum status media_child_start(const struct media_child_start *start,
                                       struct media_child **out);
/* Ends it now; fn is still called. */
void media_child_kill(struct media_child *child);

#endif
