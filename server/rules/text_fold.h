/*
 * text_fold: the form in which texts are searched and compared: lower case, full-width letters and
 * digits as ASCII, traditional characters as simplified, one character for one character. The
 * table of characters is made at build time with opencc (server/rules/make_fold_table.py).
 */
#ifndef RULES_TEXT_FOLD_H
#define RULES_TEXT_FOLD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/mem.h"
#include "wire/wire_types.h"

/* One code point. */
uint32_t text_fold_char(uint32_t c);

/* The folded text; the same text (not a copy) when folding changes nothing. Else it lives in the
 * arena. Ill-formed UTF-8 is kept as it is. */
struct wire_text text_fold(struct wire_text text, struct arena *arena);

/* Whether two texts are the same bytes: text_fold(t).data == t.data says that nothing changed. */
static inline bool text_fold_changed(struct wire_text text, struct wire_text folded)
{
    return text.data != folded.data;
}

#endif
