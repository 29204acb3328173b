/*
 * hall-image: one picture in on standard input, two renditions out on standard output (see
 * image_frame.h), then the end. A process of its own per picture, locked up before the first byte
 * is read, because decoders of pictures are where strangers' bytes do their harm.
 */
#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"
#include "media/child/child_io.h"
#include "media/child/rendition.h"
#include "media/child/sandbox.h"
#include "media/image_frame.h"

/* gd keeps a PNG twice while it decodes; beyond this, failing may well mean too little memory. */
#define SURE_PIXELS 25000000u
/* For this program, its libraries and a picture. */
#define MEMORY_BYTES (256ul * 1024 * 1024)

struct renditions {
    void *bytes[2]; /* gd's; small, large */
    size_t len[2];
    int width;
    int height;
};

static int answer(enum media_verdict verdict)
{
    struct image_frame frame = {.magic = IMAGE_FRAME_MAGIC, .verdict = verdict};
    return child_write(&frame, sizeof(frame)) ? EXIT_SUCCESS : EXIT_FAILURE;
}

static bool render(gdImagePtr source, unsigned turn, struct renditions *out)
{
    gdImagePtr large = rendition_shrink(source, IMAGE_LARGE_SIDE);
    gdImageDestroy(source);
    if (large != NULL)
        large = rendition_turn(large, turn);
    gdImagePtr small = large != NULL ? rendition_shrink(large, IMAGE_SMALL_SIDE) : NULL;
    if (small == NULL)
        return false;
    out->width = gdImageSX(large);
    out->height = gdImageSY(large);
    out->bytes[0] = rendition_write(small, &out->len[0]);
    out->bytes[1] = rendition_write(large, &out->len[1]);
    return out->bytes[0] != NULL && out->bytes[1] != NULL;
}

static int answer_made(const struct renditions *made)
{
    struct image_frame frame = {
        .magic = IMAGE_FRAME_MAGIC,
        .verdict = MEDIA_MADE,
        .width = (uint32_t)made->width,
        .height = (uint32_t)made->height,
        .small_len = (uint32_t)made->len[0],
        .large_len = (uint32_t)made->len[1],
    };
    bool written = child_write(&frame, sizeof(frame)) &&
                   child_write(made->bytes[0], made->len[0]) &&
                   child_write(made->bytes[1], made->len[1]);
    return written ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(void)
{
    struct image_probe probe;
    struct renditions made = {0};
    gdSetErrorMethod(NULL);
    if (sandbox_enter(MEMORY_BYTES) != STATUS_OK)
        return answer(MEDIA_NO_SANDBOX);
    uint8_t *bytes = malloc(IMAGE_BYTES_MAX + 1);
    if (bytes == NULL)
        return answer(MEDIA_TOO_BIG);
    size_t len = child_read(bytes, IMAGE_BYTES_MAX + 1);
    enum status status = image_probe(bytes, len, &probe);
    if (status != STATUS_OK)
        return answer(status == STATUS_TOO_LARGE ? MEDIA_TOO_BIG : MEDIA_UNREADABLE);
    gdImagePtr source = rendition_decode(bytes, len, &probe);
    free(bytes);
    if (source == NULL) {
        uint64_t pixels = (uint64_t)probe.width * probe.height;
        return answer(pixels > SURE_PIXELS ? MEDIA_TOO_BIG : MEDIA_UNREADABLE);
    }
    if (!render(source, probe.turn, &made))
        return answer(MEDIA_TOO_BIG);
    return answer_made(&made);
}
