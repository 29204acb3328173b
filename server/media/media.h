/*
 * media: pictures and voices made anew. Each is decoded and encoded again in a process of its own
 * (hall-image, hall-voice), so nothing a stranger made is ever decoded here, kept or handed out.
 * What comes back are the pixels at two sizes, or the sound in one form, without metadata.
 *
 * Bounds: MEDIA_RUNNING_MAX children at once, MEDIA_WAITING_MAX files waiting, each of at most
 * IMAGE_BYTES_MAX or VOICE_BYTES_MAX bytes; one child has MEDIA_CHILD_MS before it is killed.
 */
#ifndef MEDIA_MEDIA_H
#define MEDIA_MEDIA_H

#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "base/status.h"
#include "media/image_frame.h"
#include "media/image_probe.h"
#include "media/voice_frame.h"
#include "media/voice_probe.h"

#define MEDIA_RUNNING_MAX 2
#define MEDIA_WAITING_MAX 8
#define MEDIA_CHILD_MS 10000

struct media;

/* The two renditions, both JPEG; width and height are the large one's. Lives for the callback. */
struct media_picture {
    uint32_t width;
    uint32_t height;
    const uint8_t *small; /* at most 320 on the longer side */
    size_t small_len;
    const uint8_t *large; /* at most 1600 */
    size_t large_len;
};

/* What was said, as MP3: mono, VOICE_RATE, VOICE_BITS a second. Lives for the callback. */
struct media_voice {
    uint32_t duration_ms; /* counted in samples, whatever the file claimed */
    const uint8_t *bytes;
    size_t len;
};

struct media_counts {
    uint64_t made;
    uint64_t refused; /* not what it should be, broken, too large */
    uint64_t failed;  /* the child was killed, died or could not be started */
    unsigned running;
    unsigned waiting;
};

/*
 * picture is NULL unless STATUS_OK. STATUS_UNSUPPORTED_MEDIA: not one of the three kinds or
 * broken. STATUS_TOO_LARGE. STATUS_BUSY: stopped, or no child could be started.
 */
typedef void (*media_fn)(void *ctx, enum status status, const struct media_picture *picture);
/* The same for a voice; STATUS_TOO_LARGE also: it lasts longer than VOICE_MS_MAX. */
typedef void (*media_voice_fn)(void *ctx, enum status status, const struct media_voice *voice);
typedef void (*media_closed_fn)(void *ctx);

struct media_programs {
    const char *image; /* path of hall-image */
    const char *voice; /* path of hall-voice */
};

/* The paths are borrowed while media lives. */
struct media *media_create(uv_loop_t *loop, const struct media_programs *programs);
/*
 * Copies the bytes; fn is called once, from the loop, never from inside, unless the status is not
 * STATUS_OK: then at once STATUS_UNSUPPORTED_MEDIA, STATUS_TOO_LARGE or STATUS_BUSY, and no call.
 */
MUST_USE enum status media_convert(struct media *media, const uint8_t *bytes, size_t len,
                                   media_fn fn, void *ctx);
/* The same for a voice. */
MUST_USE enum status media_convert_voice(struct media *media, const uint8_t *bytes, size_t len,
                                         media_voice_fn fn, void *ctx);
void media_count(const struct media *media, struct media_counts *out);
/* Kills what runs, answers what waits with STATUS_BUSY, then calls fn. */
void media_close(struct media *media, media_closed_fn fn, void *ctx);
void media_destroy(struct media *media);

#endif
