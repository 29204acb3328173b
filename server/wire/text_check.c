#include "wire/text_check.h"

#include <utf8proc.h>

bool text_is_utf8(const char *text, size_t len)
{
    const uint8_t *bytes = (const uint8_t *)text;
    size_t at = 0;
    while (at < len) {
        if (bytes[at] < 0x80) {
            at++;
            continue;
        }
        utf8proc_int32_t point;
        utf8proc_ssize_t used =
            utf8proc_iterate(bytes + at, (utf8proc_ssize_t)(len - at), &point);
        if (used <= 0)
            return false;
        at += (size_t)used;
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
    for (size_t i = 0; i < len; i++) {
        unsigned char byte = (unsigned char)text[i];
        if (byte < 0x20 && byte != '\n' && byte != '\t')
            return "has a control character";
    }
    return NULL;
}
