/*
 * page_cursor: where a page ended, as a text that clients hand back: numbers joined by dots.
 */
#ifndef RULES_PAGE_CURSOR_H
#define RULES_PAGE_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/wire_types.h"

/* Characters of a cursor at most (the wire's bound). */
#define PAGE_CURSOR_MAX 80
#define PAGE_CURSOR_NUMBERS_MAX 4

/* Exactly so many numbers, each at most WIRE_ID_MAX. False: it is not one of ours. */
bool page_cursor_read(struct wire_text text, uint64_t *numbers, size_t count);
/* out is NUL-terminated; count is at most PAGE_CURSOR_NUMBERS_MAX. */
void page_cursor_write(char out[PAGE_CURSOR_MAX + 1], const uint64_t *numbers, size_t count);

#endif
