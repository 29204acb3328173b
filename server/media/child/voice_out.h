/*
 * voice_out: sound made into the one form that is kept (voice_frame.h): mono MP3 without a head or
 * tags, frame after frame, in memory.
 */
#ifndef MEDIA_CHILD_VOICE_OUT_H
#define MEDIA_CHILD_VOICE_OUT_H

#include <libavcodec/avcodec.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

struct voice_out;

/* Once a process. like: a frame of the sound that will come. NULL: it cannot be done. */
struct voice_out *voice_out_open(const AVFrame *like);
/* frame NULL: nothing follows. STATUS_TOO_LARGE: longer than VOICE_MS_MAX. */
MUST_USE enum status voice_out_put(struct voice_out *out, const AVFrame *frame);
/* After the last put. The bytes belong to it. */
const uint8_t *voice_out_sound(const struct voice_out *out, size_t *len, uint32_t *duration_ms);

#endif
