/*
 * outbox: what still has to be written to one session. Part of its session.
 * Two lanes; the urgent one always goes first. Bounded in bytes and frames by the hub's settings,
 * beyond which the session is closed as a slow reader. Holds whole frames only: the remainder of a
 * frame that was cut belongs to the peer. An empty outbox owns no memory.
 */
#ifndef HUB_OUTBOX_H
#define HUB_OUTBOX_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/uio.h>

#include "base/status.h"
#include "hub/shared_frame.h"

enum outbox_lane { LANE_URGENT, LANE_NORMAL, LANE_COUNT };

#define OUTBOX_BYTES_MAX (1024 * 1024) /* default of the setting outbox_bytes */
#define OUTBOX_FRAMES_MAX 256          /* default of the setting outbox_frames */

struct outbox_bound {
    uint32_t bytes;
    uint32_t frames; /* entries; frames joined to one count once */
};

struct outbox_queue {
    struct shared_frame **frames; /* owned; each entry retained */
    uint32_t head;                /* first entry */
    uint32_t count;
    uint32_t size;
};

struct outbox {
    struct outbox_queue lanes[LANE_COUNT];
    uint32_t bytes; /* of both lanes, and of what sessions hold back for resuming rooms */
};

/* Appends a frame to its lane and retains it. STATUS_FULL: the box is unchanged. */
MUST_USE enum status outbox_push(struct outbox *box, struct shared_frame *frame,
                                 enum outbox_lane lane, const struct outbox_bound *bound);
bool outbox_is_empty(const struct outbox *box);
uint32_t outbox_count(const struct outbox *box);
/* Fills up to max vectors, urgent first, and gives their number. */
int outbox_gather(const struct outbox *box, struct iovec *out, int max);
/*
 * Drops what `sent` bytes of the gathered order cover. When they end inside a frame, that frame is
 * dropped too and *cut (retained for the caller) with *cut_at says where.
 */
void outbox_consume(struct outbox *box, size_t sent, struct shared_frame **cut, uint32_t *cut_at);
/* Releases everything. */
void outbox_clear(struct outbox *box);

#endif
