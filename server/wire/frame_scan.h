/*
 * frame_scan: the first look at bytes from a peer, before anything is allocated for them.
 * One pass without recursion or memory of its own; afterwards a MessagePack library may be let
 * loose on the frame: it is complete, small, shallow, and claims no more than it holds.
 */
#ifndef WIRE_FRAME_SCAN_H
#define WIRE_FRAME_SCAN_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

#define FRAME_REQUEST_BYTES_MAX   65536u
#define FRAME_REQUEST_OBJECTS_MAX 1024u
#define FRAME_REPLY_BYTES_MAX     (16u * 1024 * 1024)
#define FRAME_REPLY_OBJECTS_MAX   65536u
#define FRAME_DEPTH_MAX           8u
/* Field numbers, and so the keys of every map, are 1 … this. */
#define FRAME_KEY_MAX             127u

struct frame_limits {
    size_t bytes_max;
    uint32_t objects_max; /* every value counts, containers and keys too */
    uint32_t depth_max;   /* containers inside each other; at most FRAME_DEPTH_MAX */
};

/* What a peer may send, and what this server or hallctl may read from a server. */
extern const struct frame_limits frame_limits_request;
extern const struct frame_limits frame_limits_reply;

/*
 * STATUS_OK: exactly one value within the limits that ends with the frame; only nil, booleans,
 * integers, UTF-8 strings, binaries, arrays, and maps whose keys are different integers from
 * 1 to FRAME_KEY_MAX. STATUS_TOO_LARGE: more than bytes_max. Else STATUS_MALFORMED_FRAME.
 * objects: how many values there are; may be NULL.
 */
MUST_USE enum status frame_scan(const uint8_t *frame, size_t len, const struct frame_limits *limits,
                                uint32_t *objects);

#endif
