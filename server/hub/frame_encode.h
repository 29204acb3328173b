/*
 * frame_encode: from a generated body to a shared frame.
 */
#ifndef HUB_FRAME_ENCODE_H
#define HUB_FRAME_ENCODE_H

#include "hub/shared_frame.h"
#include "wire/wire.h"

/*
 * Encodes [code, seq, body] once, header included; seq is 0 for events. The caller holds the one
 * reference. NULL when the body breaks a bound of the schema (our mistake; it is logged).
 */
struct shared_frame *frame_encode(enum wire_operation code, uint32_t seq, const void *body);

#endif
