/*
 * content_check: whether a text a person wrote may be taken at all. Says nothing about its meaning.
 * Lengths and control characters were checked by the codec.
 */
#ifndef RULES_CONTENT_CHECK_H
#define RULES_CONTENT_CHECK_H

#include "base/mem.h"
#include "base/status.h"
#include "wire/wire_types.h"

/* Code points of a display name. */
#define CONTENT_NAME_MAX 40

/* Something to read is in it: not only spaces and invisible characters. */
bool content_has_substance(struct wire_text text);

/* What is said in a room: not empty (unless it has media), no characters that turn the reading
 * direction around. STATUS_INVALID_FIELD. */
MUST_USE enum status content_check_body(struct wire_text body, uint32_t media_count);

/* A name others see: one line, at least one visible character, no invisible ones, and nothing
 * that looks like an office (民警, 派出所, police, 系统 …), however it is spaced or written.
 * STATUS_INVALID_FIELD. */
MUST_USE enum status content_check_display_name(struct wire_text name);

/* A text a program made up (the name of a device): one line of what can be seen, blanks single, at
 * most chars_max code points. The result lives in the arena. */
struct wire_text content_one_line(struct wire_text text, uint32_t chars_max, struct arena *arena);

#endif
