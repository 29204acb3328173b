/*
 * image_frame: what the image child writes on its standard output: this head, then the bytes of the
 * small and of the large rendition. Both sides are the same machine, so the head is the struct.
 */
#ifndef MEDIA_IMAGE_FRAME_H
#define MEDIA_IMAGE_FRAME_H

#include <stdint.h>

#define IMAGE_FRAME_MAGIC 0x31474d49u /* "IMG1" */
#define IMAGE_SMALL_SIDE 320
#define IMAGE_LARGE_SIDE 1600
#define IMAGE_RENDITION_BYTES_MAX (4u * 1024 * 1024)

enum image_verdict {
    IMAGE_MADE = 1,
    IMAGE_UNREADABLE, /* not what it says, broken or cut off */
    IMAGE_TOO_BIG,    /* pixels, or memory while decoding */
    IMAGE_NO_SANDBOX, /* the child could not lock itself up and did not look at the bytes */
};

struct image_frame {
    uint32_t magic;
    uint32_t verdict; /* enum image_verdict; what follows is 0 unless IMAGE_MADE */
    uint32_t width;   /* of the large rendition */
    uint32_t height;
    uint32_t small_len;
    uint32_t large_len;
};

#endif
