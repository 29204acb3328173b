/*
 * hall-voice: one recording in on standard input, the same sound in the one form that is kept out
 * on standard output (see voice_frame.h), then the end. A process of its own per recording, locked
 * up before the first byte is read, because decoders are where strangers' bytes do their harm.
 */
#include <libavutil/log.h>
#include <stdlib.h>

#include "media/child/child_io.h"
#include "media/child/sandbox.h"
#include "media/child/voice_in.h"
#include "media/child/voice_out.h"
#include "media/voice_frame.h"

/* The libraries alone are mapped with some 200 MiB; what is decoded needs a few. */
#define MEMORY_BYTES (512ul * 1024 * 1024)

static int answer(enum media_verdict verdict)
{
    struct voice_frame frame = {.magic = VOICE_FRAME_MAGIC, .verdict = verdict};
    return child_write(&frame, sizeof(frame)) ? EXIT_SUCCESS : EXIT_FAILURE;
}

static enum media_verdict verdict_of(enum status status)
{
    return status == STATUS_TOO_LARGE ? MEDIA_TOO_BIG : MEDIA_UNREADABLE;
}

/* From the first piece of sound to the last. */
static enum status convert(struct voice_in *in, struct voice_out **made)
{
    for (;;) {
        const AVFrame *frame;
        enum status status = voice_in_next(in, &frame);
        if (status != STATUS_OK)
            return status;
        if (*made == NULL && frame != NULL)
            *made = voice_out_open(frame);
        if (*made == NULL)
            return STATUS_UNSUPPORTED_MEDIA;
        status = voice_out_put(*made, frame);
        if (status != STATUS_OK || frame == NULL)
            return status;
    }
}

static int answer_made(const struct voice_out *made)
{
    struct voice_frame frame = {.magic = VOICE_FRAME_MAGIC, .verdict = MEDIA_MADE};
    size_t len;
    const uint8_t *sound = voice_out_sound(made, &len, &frame.duration_ms);
    if (len == 0 || frame.duration_ms < VOICE_MS_MIN)
        return answer(MEDIA_UNREADABLE);
    frame.sound_len = (uint32_t)len;
    bool written = child_write(&frame, sizeof(frame)) && child_write(sound, len);
    return written ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(void)
{
    enum voice_kind kind;
    struct voice_out *made = NULL;
    av_log_set_level(AV_LOG_QUIET);
    if (sandbox_enter(MEMORY_BYTES) != STATUS_OK)
        return answer(MEDIA_NO_SANDBOX);
    uint8_t *bytes = malloc(VOICE_BYTES_MAX + 1);
    if (bytes == NULL)
        return answer(MEDIA_TOO_BIG);
    size_t len = child_read(bytes, VOICE_BYTES_MAX + 1);
    enum status status = voice_probe(bytes, len, &kind);
    if (status != STATUS_OK)
        return answer(verdict_of(status));
    struct voice_in *in = voice_in_open(bytes, len, kind);
    if (in == NULL)
        return answer(MEDIA_UNREADABLE);
    status = convert(in, &made);
    return status == STATUS_OK ? answer_made(made) : answer(verdict_of(status));
}
