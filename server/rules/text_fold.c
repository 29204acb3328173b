#include "rules/text_fold.h"

#include <string.h>
#include <utf8proc.h>

#include "rules/text_fold_table.h"

static uint32_t fold_rare(uint32_t c)
{
    size_t low = 0;
    size_t high = TEXT_FOLD_RARE_COUNT;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (text_fold_rare[middle].from == c)
            return text_fold_rare[middle].to;
        if (text_fold_rare[middle].from < c)
            low = middle + 1;
        else
            high = middle;
    }
    return c;
}

uint32_t text_fold_char(uint32_t c)
{
    if (c < 0x80)
        return c >= 'A' && c <= 'Z' ? c + 0x20 : c;
    if (c >= TEXT_FOLD_BMP_FIRST && c <= TEXT_FOLD_BMP_LAST) {
        uint16_t to = text_fold_bmp[c - TEXT_FOLD_BMP_FIRST];
        return to != 0 ? to : c;
    }
    if (c >= 0xFF01 && c <= 0xFF5E) { /* full width */
        uint32_t ascii = c - 0xFEE0;
        if ((ascii >= '0' && ascii <= '9') || (ascii >= 'a' && ascii <= 'z'))
            return ascii;
        if (ascii >= 'A' && ascii <= 'Z')
            return ascii + 0x20;
        return c;
    }
    uint32_t to = c >= TEXT_FOLD_RARE_FIRST ? fold_rare(c) : c;
    return to != c ? to : (uint32_t)utf8proc_tolower((utf8proc_int32_t)c);
}

struct wire_text text_fold(struct wire_text text, struct arena *arena)
{
    uint8_t *out = NULL; /* made when the first character changes */
    size_t used = 0;
    size_t at = 0;
    while (at < text.len) {
        utf8proc_int32_t c = -1;
        utf8proc_ssize_t got = utf8proc_iterate((const utf8proc_uint8_t *)text.data + at,
                                                (utf8proc_ssize_t)(text.len - at), &c);
        size_t len = got > 0 ? (size_t)got : 1;
        uint32_t folded = got > 0 ? text_fold_char((uint32_t)c) : 0;
        bool changed = got > 0 && folded != (uint32_t)c;
        if (changed && out == NULL) {
            out = arena_alloc(arena, (size_t)text.len * 2 + 4); /* 2 bytes may become 4 at most */
            memcpy(out, text.data, at);
            used = at;
        }
        if (changed) {
            used += (size_t)utf8proc_encode_char((utf8proc_int32_t)folded, out + used);
        } else if (out != NULL) {
            memcpy(out + used, text.data + at, len);
            used += len;
        }
        at += len;
    }
    if (out == NULL)
        return text;
    return (struct wire_text){(const char *)out, (uint32_t)used};
}
