#include "media/image_probe.h"

#include <stdbool.h>
#include <string.h>

#define ORIENTATION_TAG 0x0112
#define TIFF_ENTRIES_MAX 256

/* A view of the file that never reads past its end. */
struct view {
    const uint8_t *at; /* borrowed */
    size_t len;
};

static uint32_t big16(const uint8_t *at)
{
    return ((uint32_t)at[0] << 8) | at[1];
}

static uint32_t big32(const uint8_t *at)
{
    return (big16(at) << 16) | big16(at + 2);
}

static uint32_t little16(const uint8_t *at)
{
    return ((uint32_t)at[1] << 8) | at[0];
}

static uint32_t little24(const uint8_t *at)
{
    return ((uint32_t)at[2] << 16) | little16(at);
}

static uint32_t little32(const uint8_t *at)
{
    return (little16(at + 2) << 16) | little16(at);
}

/* The orientation of a TIFF block (the body of EXIF), 1 if it names none. */
static unsigned read_turn(struct view tiff)
{
    if (tiff.len < 8)
        return 1;
    bool is_little = memcmp(tiff.at, "II*\0", 4) == 0;
    if (!is_little && memcmp(tiff.at, "MM\0*", 4) != 0)
        return 1;
    uint32_t (*const read16)(const uint8_t *) = is_little ? little16 : big16;
    uint32_t (*const read32)(const uint8_t *) = is_little ? little32 : big32;
    size_t directory = read32(tiff.at + 4);
    if (directory > tiff.len || tiff.len - directory < 2)
        return 1;
    uint32_t entries = read16(tiff.at + directory);
    if (entries > TIFF_ENTRIES_MAX)
        return 1;
    for (size_t i = 0; i < entries; i++) {
        size_t entry = directory + 2 + i * 12;
        if (tiff.len < 12 || entry > tiff.len - 12)
            return 1;
        if (read16(tiff.at + entry) == ORIENTATION_TAG) {
            uint32_t turn = read16(tiff.at + entry + 8);
            return turn >= 1 && turn <= 8 ? turn : 1;
        }
    }
    return 1;
}

/* SOF0…SOF15 without the four markers in between that mean something else. */
static bool is_frame_header(uint8_t marker)
{
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

static bool has_end_marker(struct view rest)
{
    for (size_t i = rest.len; i >= 2; i--)
        if (rest.at[i - 2] == 0xff && rest.at[i - 1] == 0xd9)
            return true;
    return false;
}

static bool probe_jpeg(struct view file, struct image_probe *out)
{
    size_t at = 2;
    while (at + 4 <= file.len) {
        if (file.at[at] != 0xff)
            return false;
        uint8_t marker = file.at[at + 1];
        if (marker == 0xff) { /* padding */
            at++;
            continue;
        }
        size_t length = big16(file.at + at + 2);
        if (length < 2 || length > file.len - at - 2)
            return false;
        struct view segment = {file.at + at + 4, length - 2};
        at += 2 + length;
        if (is_frame_header(marker)) {
            if (segment.len < 6 || out->width != 0)
                return false;
            out->height = big16(segment.at + 1);
            out->width = big16(segment.at + 3);
        } else if (marker == 0xe1 && segment.len > 6 && memcmp(segment.at, "Exif\0\0", 6) == 0) {
            out->turn = read_turn((struct view){segment.at + 6, segment.len - 6});
        } else if (marker == 0xda) {
            return out->width != 0 && has_end_marker((struct view){file.at + at, file.len - at});
        }
    }
    return false;
}

static bool probe_png(struct view file, struct image_probe *out)
{
    size_t at = 8;
    bool has_data = false;
    while (file.len >= 12 && at <= file.len - 12) {
        size_t length = big32(file.at + at);
        const uint8_t *name = file.at + at + 4;
        if (length > file.len - at - 12)
            return false;
        struct view chunk = {file.at + at + 8, length};
        if (at == 8) {
            if (memcmp(name, "IHDR", 4) != 0 || length != 13)
                return false;
            out->width = big32(chunk.at);
            out->height = big32(chunk.at + 4);
        } else if (memcmp(name, "eXIf", 4) == 0) {
            out->turn = read_turn(chunk);
        } else if (memcmp(name, "acTL", 4) == 0) {
            return false;
        } else if (memcmp(name, "IDAT", 4) == 0) {
            has_data = true;
        } else if (memcmp(name, "IEND", 4) == 0) {
            return has_data;
        }
        at += length + 12;
    }
    return false;
}

/* The size as the picture's own chunk has it; the canvas of VP8X must agree with it. */
static bool read_webp_size(const uint8_t *name, struct view chunk, struct image_probe *out)
{
    uint32_t width;
    uint32_t height;
    if (memcmp(name, "VP8 ", 4) == 0) {
        if (chunk.len < 10 || memcmp(chunk.at + 3, "\x9d\x01\x2a", 3) != 0)
            return false;
        width = little16(chunk.at + 6) & 0x3fff;
        height = little16(chunk.at + 8) & 0x3fff;
    } else {
        if (chunk.len < 5 || chunk.at[0] != 0x2f)
            return false;
        uint32_t bits = little32(chunk.at + 1);
        width = (bits & 0x3fff) + 1;
        height = ((bits >> 14) & 0x3fff) + 1;
    }
    if (out->width != 0 && (out->width != width || out->height != height))
        return false;
    out->width = width;
    out->height = height;
    return true;
}

static bool probe_webp(struct view file, struct image_probe *out)
{
    bool has_picture = false;
    uint32_t promised = little32(file.at + 4);
    if (promised < 4 || promised > file.len - 8)
        return false;
    file.len = promised + 8;
    size_t at = 12;
    while (file.len >= 8 && at <= file.len - 8) {
        const uint8_t *name = file.at + at;
        size_t length = little32(file.at + at + 4);
        if (length > file.len - at - 8)
            return false;
        struct view chunk = {file.at + at + 8, length};
        if (memcmp(name, "VP8X", 4) == 0) {
            if (at != 12 || length < 10 || (chunk.at[0] & 2) != 0) /* 2: animated */
                return false;
            out->width = little24(chunk.at + 4) + 1;
            out->height = little24(chunk.at + 7) + 1;
        } else if (memcmp(name, "VP8 ", 4) == 0 || memcmp(name, "VP8L", 4) == 0) {
            if (has_picture || !read_webp_size(name, chunk, out))
                return false;
            has_picture = true;
        } else if (memcmp(name, "EXIF", 4) == 0) {
            bool wrapped = chunk.len > 6 && memcmp(chunk.at, "Exif\0\0", 6) == 0;
            out->turn = wrapped ? read_turn((struct view){chunk.at + 6, chunk.len - 6})
                                : read_turn(chunk);
        } else if (memcmp(name, "ANIM", 4) == 0 || memcmp(name, "ANMF", 4) == 0) {
            return false;
        }
        at += 8 + length + (length & 1);
    }
    return has_picture;
}

static bool probe_any(struct view file, struct image_probe *out)
{
    if (file.len >= 4 && memcmp(file.at, "\xff\xd8\xff", 3) == 0) {
        out->kind = IMAGE_JPEG;
        return probe_jpeg(file, out);
    }
    if (file.len >= 12 && memcmp(file.at, "\x89PNG\r\n\x1a\n", 8) == 0) {
        out->kind = IMAGE_PNG;
        return probe_png(file, out);
    }
    if (file.len >= 20 && memcmp(file.at, "RIFF", 4) == 0 && memcmp(file.at + 8, "WEBP", 4) == 0) {
        out->kind = IMAGE_WEBP;
        return probe_webp(file, out);
    }
    return false;
}

enum status image_probe(const uint8_t *bytes, size_t len, struct image_probe *out)
{
    struct image_probe found = {.turn = 1};
    if (len > IMAGE_BYTES_MAX)
        return STATUS_TOO_LARGE;
    if (!probe_any((struct view){bytes, len}, &found) || found.width == 0 || found.height == 0)
        return STATUS_UNSUPPORTED_MEDIA;
    if (found.width > IMAGE_SIDE_MAX || found.height > IMAGE_SIDE_MAX ||
        (uint64_t)found.width * found.height > IMAGE_PIXELS_MAX)
        return STATUS_TOO_LARGE;
    *out = found;
    return STATUS_OK;
}
