/*
 * image_frame: what the image child writes on its standard output: this head, then the bytes of the
 * small and of the large rendition. Both sides are the same machine, so the head is the struct.
 */
#ifndef MEDIA_IMAGE_FRAME_H
#define MEDIA_IMAGE_FRAME_H

#include <stdint.h>

#include "media/media_verdict.h"

#define IMAGE_FRAME_MAGIC 0x31474d49u /* "IMG1" */
#define IMAGE_SMALL_SIDE 320
#define IMAGE_LARGE_SIDE 1600
#define IMAGE_RENDITION_BYTES_MAX (4u * 1024 * 1024)

struct image_frame {
    uint32_t magic;
    uint32_t verdict; /* enum media_verdict; what follows is 0 unless MEDIA_MADE */
    uint32_t width;   /* of the large rendition */
    uint32_t height;
    uint32_t small_len;
    uint32_t large_len;
};

#endif
