#include "media/child/rendition.h"

#include <limits.h>

#include "media/image_frame.h"

#define QUALITY 82
#define QUALITY_LOW 60

gdImagePtr rendition_decode(const uint8_t *bytes, size_t len, const struct image_probe *probe)
{
    if (len > INT_MAX)
        return NULL;
    /* gd's functions want to write nothing here; their parameter is just not const. */
    union {
        const void *in;
        void *out;
    } data = {.in = bytes};
    gdImagePtr picture = NULL;
    switch (probe->kind) {
    case IMAGE_JPEG:
        picture = gdImageCreateFromJpegPtrEx((int)len, data.out, 1);
        break;
    case IMAGE_PNG:
        picture = gdImageCreateFromPngPtr((int)len, data.out);
        break;
    case IMAGE_WEBP:
        picture = gdImageCreateFromWebpPtr((int)len, data.out);
        break;
    }
    if (picture == NULL)
        return NULL;
    /* The decoder must have found the picture that was announced and bounded. */
    if ((uint32_t)gdImageSX(picture) != probe->width ||
        (uint32_t)gdImageSY(picture) != probe->height) {
        gdImageDestroy(picture);
        return NULL;
    }
    return picture;
}

static int scaled(int length, int longer, int side)
{
    int result = (int)(((int64_t)length * side + longer / 2) / longer);
    return result > 0 ? result : 1;
}

gdImagePtr rendition_shrink(gdImagePtr source, int side)
{
    int width = gdImageSX(source);
    int height = gdImageSY(source);
    int longer = width > height ? width : height;
    int to_width = longer > side ? scaled(width, longer, side) : width;
    int to_height = longer > side ? scaled(height, longer, side) : height;
    gdImagePtr out = gdImageCreateTrueColor(to_width, to_height);
    if (out == NULL)
        return NULL;
    gdImageFilledRectangle(out, 0, 0, to_width - 1, to_height - 1, gdTrueColor(255, 255, 255));
    gdImageAlphaBlending(out, 1);
    if (longer > side)
        gdImageCopyResampled(out, source, 0, 0, 0, 0, to_width, to_height, width, height);
    else
        gdImageCopy(out, source, 0, 0, 0, 0, width, height);
    return out;
}

gdImagePtr rendition_turn(gdImagePtr source, unsigned turn)
{
    if (turn <= 1 || turn > 8)
        return source;
    const int width = gdImageSX(source);
    const int height = gdImageSY(source);
    const int lies = turn >= 5; /* width and height change places */
    gdImagePtr out = gdImageCreateTrueColor(lies ? height : width, lies ? width : height);
    if (out != NULL) {
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int flip_x = turn == 2 || turn == 3 || turn == 7 || turn == 8;
                int flip_y = turn == 3 || turn == 4 || turn == 6 || turn == 7;
                int u = flip_x ? width - 1 - x : x;
                int v = flip_y ? height - 1 - y : y;
                gdImageTrueColorPixel(out, lies ? v : u, lies ? u : v) =
                    gdImageTrueColorPixel(source, x, y);
            }
        }
    }
    gdImageDestroy(source);
    return out;
}

void *rendition_write(gdImagePtr picture, size_t *len)
{
    static const int qualities[] = {QUALITY, QUALITY_LOW};
    gdImageInterlace(picture, 0);
    for (size_t i = 0; i < sizeof(qualities) / sizeof(qualities[0]); i++) {
        int size = 0;
        void *bytes = gdImageJpegPtr(picture, &size, qualities[i]);
        if (bytes == NULL)
            return NULL;
        if (size > 0 && (unsigned)size <= IMAGE_RENDITION_BYTES_MAX) {
            *len = (size_t)size;
            return bytes;
        }
        gdFree(bytes);
    }
    return NULL;
}
