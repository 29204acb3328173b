/*
 * image_probe: what a file says it is, read from its first bytes before anything decodes it: kind
 * and size of JPEG, PNG and WebP. Reads nothing beyond the bytes given and allocates nothing.
 */
#ifndef MEDIA_IMAGE_PROBE_H
#define MEDIA_IMAGE_PROBE_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

#define IMAGE_PIXELS_MAX 40000000u
#define IMAGE_SIDE_MAX 20000u
#define IMAGE_BYTES_MAX (12u * 1024 * 1024)

enum image_kind { IMAGE_JPEG = 1, IMAGE_PNG, IMAGE_WEBP };

struct image_probe {
    enum image_kind kind;
    uint32_t width; /* as stored, before any turn */
    uint32_t height;
    unsigned turn; /* EXIF orientation, 1 (upright) to 8 */
};

/*
 * STATUS_UNSUPPORTED_MEDIA: none of the three, cut off, animated, or its headers make no sense.
 * STATUS_TOO_LARGE: more bytes, pixels or a longer side than the bounds above.
 */
MUST_USE enum status image_probe(const uint8_t *bytes, size_t len, struct image_probe *out);

#endif
