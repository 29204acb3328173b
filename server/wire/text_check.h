/*
 * text_check: what may stand in a text.
 */
#ifndef WIRE_TEXT_CHECK_H
#define WIRE_TEXT_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Strict UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF. */
bool text_is_utf8(const char *text, size_t len);
/* Code points of a text that is UTF-8. */
size_t text_count(const char *text, size_t len);
/*
 * NULL, or why this text (which is UTF-8) is refused in a field of at most `max` code points:
 * too long, or control characters other than line break and tab.
 */
const char *text_check(const char *text, size_t len, uint32_t max);

#endif
