/*
 * voice_frame: what the voice child writes on its standard output: this head, then the sound. Both
 * sides are the same machine, so the head is the struct.
 */
#ifndef MEDIA_VOICE_FRAME_H
#define MEDIA_VOICE_FRAME_H

#include <stdint.h>

#include "media/media_verdict.h"

#define VOICE_FRAME_MAGIC 0x31494f56u /* "VOI1" */
/* MP3, mono: it plays in every browser in use, also in a Chromium without licensed codecs. */
#define VOICE_RATE 24000
#define VOICE_BITS 32000
#define VOICE_MS_MIN 300   /* less is a slip of the finger */
#define VOICE_MS_MAX 60500 /* a minute; the device that counts it may be late */
#define VOICE_SOUND_BYTES_MAX (256u * 1024) /* a minute is 240 000 */

struct voice_frame {
    uint32_t magic;
    uint32_t verdict; /* enum media_verdict; what follows is 0 unless MEDIA_MADE */
    uint32_t duration_ms;
    uint32_t sound_len;
};

#endif
