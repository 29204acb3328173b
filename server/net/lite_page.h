/*
 * lite_page: the pages that need no script (clients/lite), filled with values. Every value is
 * escaped, by markup_add_text. Pure: no request, no store.
 */
#ifndef NET_LITE_PAGE_H
#define NET_LITE_PAGE_H

#include "net/lite_pages.h"
#include "wire/wire_buffer.h"
#include "wire/wire_types.h"

#define LITE_TIME_BYTES 64

/* What stands in the slots of one page or of one of its items; an empty slot counts as absent. */
struct lite_values {
    struct wire_text slots[LITE_SLOT_COUNT]; /* borrowed */
    const struct lite_values *items;         /* borrowed; slots an item has not are the page's */
    unsigned item_count;
};

/* Appends the page to the buffer. */
void lite_page_render(enum lite_page page, enum lite_language language,
                      const struct lite_values *values, struct wire_buffer *out);
/* "zh-Hant" and "en"; everything else is zh-Hans. */
enum lite_language lite_page_language(const char *name);
const char *lite_page_language_name(enum lite_language language);
/* A moment as people of the place say it. */
const char *lite_page_time(int64_t ms, enum lite_language language, char out[LITE_TIME_BYTES]);

#endif
