/*
 * rendition: one picture made anew: decoded, put on white, made smaller if it is larger than the
 * side asked for, turned upright, written as JPEG without anything but its pixels.
 */
#ifndef MEDIA_CHILD_RENDITION_H
#define MEDIA_CHILD_RENDITION_H

#include <gd.h>
#include <stddef.h>
#include <stdint.h>

#include "media/image_probe.h"

/* NULL: it cannot be decoded. Freed with gdImageDestroy. */
gdImagePtr rendition_decode(const uint8_t *bytes, size_t len, const struct image_probe *probe);
/* A copy of at most `side` pixels on its longer side, on white. NULL: no memory. */
gdImagePtr rendition_shrink(gdImagePtr source, int side);
/* The same picture upright, `turn` as in EXIF. Frees source unless it is the result. */
gdImagePtr rendition_turn(gdImagePtr source, unsigned turn);
/* JPEG, freed with gdFree. NULL: no memory, or over the bound even at the lowest quality. */
void *rendition_write(gdImagePtr picture, size_t *len);

#endif
