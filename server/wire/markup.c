#include "wire/markup.h"

#include <string.h>

#define OFFICE_OFFSET_S (8 * 3600)

/* What stands for a character, or NULL for itself. */
static const char *escape_of(unsigned char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return (c < 0x20 && c != '\n' && c != '\t') || c == 0x7f ? "" : NULL;
    }
}

void markup_add_text(struct wire_buffer *out, struct wire_text text)
{
    uint32_t from = 0; /* what needs no escape goes in one piece */
    for (uint32_t i = 0; i < text.len; i++) {
        const char *escape = escape_of((unsigned char)text.data[i]);
        if (escape == NULL)
            continue;
        wire_buffer_append(out, text.data + from, i - from);
        wire_buffer_append(out, escape, strlen(escape));
        from = i + 1;
    }
    if (from < text.len)
        wire_buffer_append(out, text.data + from, text.len - from);
}

struct tm markup_local_time(int64_t ms)
{
    const time_t seconds = (time_t)(ms / 1000) + OFFICE_OFFSET_S;
    struct tm tm;
    gmtime_r(&seconds, &tm);
    return tm;
}
