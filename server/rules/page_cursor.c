#include "rules/page_cursor.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "wire/wire.h"

/* Digits up to the next dot or the end of the text; moves *at to it. */
static bool read_number(struct wire_text text, uint32_t *at, uint64_t *out)
{
    uint32_t first = *at;
    uint64_t value = 0;
    while (*at < text.len && text.data[*at] >= '0' && text.data[*at] <= '9') {
        value = value * 10 + (uint64_t)(text.data[*at] - '0');
        if (value > WIRE_ID_MAX)
            return false;
        (*at)++;
    }
    *out = value;
    return *at > first;
}

bool page_cursor_read(struct wire_text text, uint64_t *numbers, size_t count)
{
    uint32_t at = 0;
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && (at >= text.len || text.data[at++] != '.'))
            return false;
        if (!read_number(text, &at, &numbers[i]))
            return false;
    }
    return at == text.len;
}

void page_cursor_write(char out[PAGE_CURSOR_MAX + 1], const uint64_t *numbers, size_t count)
{
    int used = 0;
    assert(count <= PAGE_CURSOR_NUMBERS_MAX);
    for (size_t i = 0; i < count; i++)
        used += snprintf(out + used, (size_t)(PAGE_CURSOR_MAX + 1 - used),
                         i > 0 ? ".%" PRIu64 : "%" PRIu64, numbers[i]);
}
