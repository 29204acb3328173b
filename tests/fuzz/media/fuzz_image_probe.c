/*
 * The first look at an uploaded picture, before the child decodes it: what is accepted is one of
 * the three kinds and within the bounds.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "media/image_probe.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look(const uint8_t *data, size_t size)
{
    struct image_probe probe;
    if (image_probe(data, size, &probe) != STATUS_OK)
        return;
    if (probe.width == 0 || probe.height == 0 || probe.width > IMAGE_SIDE_MAX ||
        probe.height > IMAGE_SIDE_MAX || probe.turn < 1 || probe.turn > 8 ||
        (uint64_t)probe.width * probe.height > IMAGE_PIXELS_MAX)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct {
        const char *magic;
        size_t len;
    } kinds[] = {{"", 0},
                 {"\xff\xd8", 2},
                 {"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16},
                 {"RIFF\x40\0\0\0WEBPVP8X", 16}};
    look(data, size);
    if (size == 0)
        return 0;
    /* As one of the kinds, whatever follows. */
    size_t kind = data[0] % ARRAY_LEN(kinds);
    uint8_t *file = malloc(kinds[kind].len + size);
    if (file == NULL)
        return 0;
    memcpy(file, kinds[kind].magic, kinds[kind].len);
    memcpy(file + kinds[kind].len, data, size);
    look(file, kinds[kind].len + size);
    free(file);
    return 0;
}
