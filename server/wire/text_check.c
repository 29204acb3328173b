#include "wire/text_check.h"

#include <string.h>
#include <utf8proc.h>

/* The ASCII bytes at the start, eight at a time. */
static size_t skip_ascii(const uint8_t *bytes, size_t len)
{
    size_t at = 0;
    uint64_t word;
    for (; len - at >= sizeof(word); at += sizeof(word)) {
        memcpy(&word, bytes + at, sizeof(word));
        if ((word & UINT64_C(0x8080808080808080)) != 0)
            break;
    }
    while (at < len && bytes[at] < 0x80)
        at++;
    return at;
}

bool text_is_utf8(const char *text, size_t len)
{
    const uint8_t *bytes = (const uint8_t *)text;
    size_t at = skip_ascii(bytes, len);
    while (at < len) {
        utf8proc_int32_t point;
        utf8proc_ssize_t used = utf8proc_iterate(bytes + at, (utf8proc_ssize_t)(len - at), &point);
        if (used <= 0)
            return false;
        at += (size_t)used;
        at += skip_ascii(bytes + at, len - at);
    }
    return true;
}

size_t text_count(const char *text, size_t len)
{
    size_t count = 0;
    for (size_t i = 0; i < len; i++)
        count += ((unsigned char)text[i] & 0xC0) != 0x80;
    return count;
}

const char *text_check(const char *text, size_t len, uint32_t max)
{
    if (len > max && text_count(text, len) > max)
        return "is too long";
    unsigned bad = 0; /* without a branch, so that the compiler takes many bytes at once */
    for (size_t i = 0; i < len; i++) {
        unsigned char byte = (unsigned char)text[i];
        bad |= (unsigned)(byte < 0x20) & (unsigned)(byte != '\n') & (unsigned)(byte != '\t');
    }
    return bad != 0 ? "has a control character" : NULL;
}
