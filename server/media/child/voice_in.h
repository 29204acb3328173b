/*
 * voice_in: a recording opened and decoded from memory: one of three containers, Opus or AAC, one
 * or two channels. Nothing else of libavformat and libavcodec is ever asked.
 */
#ifndef MEDIA_CHILD_VOICE_IN_H
#define MEDIA_CHILD_VOICE_IN_H

#include <libavcodec/avcodec.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "media/voice_probe.h"

struct voice_in;

/* Once a process. bytes are borrowed until it ends. NULL: it cannot be read. */
struct voice_in *voice_in_open(const uint8_t *bytes, size_t len, enum voice_kind kind);
/*
 * The next piece of sound, valid until the next call; *frame NULL: it is over.
 * STATUS_UNSUPPORTED_MEDIA: broken, or it changes its rate or channels on the way.
 */
MUST_USE enum status voice_in_next(struct voice_in *in, const AVFrame **frame);

#endif
