#include "media/voice_probe.h"

#include <stdbool.h>
#include <string.h>

#define FIRST_BYTES 64 /* every kind has named itself by then */

/* The DocType of an EBML head: element 0x4282 of four bytes, somewhere in the first few. */
static bool is_webm(const uint8_t *bytes, size_t len)
{
    static const uint8_t doc_type[] = {0x42, 0x82, 0x84, 'w', 'e', 'b', 'm'};
    size_t end = len < FIRST_BYTES ? len : FIRST_BYTES;
    if (end < 4 || memcmp(bytes, "\x1a\x45\xdf\xa3", 4) != 0)
        return false;
    for (size_t at = 4; at + sizeof(doc_type) <= end; at++)
        if (memcmp(bytes + at, doc_type, sizeof(doc_type)) == 0)
            return true;
    return false;
}

static bool is_mp4(const uint8_t *bytes, size_t len)
{
    return len >= 16 && memcmp(bytes + 4, "ftyp", 4) == 0;
}

/* The first page holds nothing but the head of an Opus stream. */
static bool is_opus_ogg(const uint8_t *bytes, size_t len)
{
    return len >= 36 && memcmp(bytes, "OggS\0\x02", 6) == 0 && bytes[26] == 1 &&
           memcmp(bytes + 28, "OpusHead", 8) == 0;
}

enum status voice_probe(const uint8_t *bytes, size_t len, enum voice_kind *out)
{
    if (len > VOICE_BYTES_MAX)
        return STATUS_TOO_LARGE;
    if (is_webm(bytes, len))
        *out = VOICE_WEBM;
    else if (is_mp4(bytes, len))
        *out = VOICE_MP4;
    else if (is_opus_ogg(bytes, len))
        *out = VOICE_OGG;
    else
        return STATUS_UNSUPPORTED_MEDIA;
    return STATUS_OK;
}
