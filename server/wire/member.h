/*
 * member: puts one checked value into a member of a generated struct, and takes it out again. Used
 * by both readers and both writers (MessagePack, JSON), so that a limit means the same everywhere.
 * member_put_… return NULL, or why the value is refused, for wire_problem.
 */
#ifndef WIRE_MEMBER_H
#define WIRE_MEMBER_H

#include "wire/wire.h"

/* How a list's item is checked: as a field of its own. */
struct wire_field_info member_item(const struct wire_field_info *list);

/* Ids, ints, times and enums. */
const char *member_put_number(const struct wire_field_info *field, int64_t value, void *at);
/* The text is UTF-8 and is borrowed. */
const char *member_put_text(const struct wire_field_info *field, const char *text, size_t len,
                            void *at);
/* Binaries (borrowed) and keys (copied). */
const char *member_put_bytes(const struct wire_field_info *field, const uint8_t *bytes, size_t len,
                             void *at);
const char *member_put_bool(const struct wire_field_info *field, bool value, void *at);
/* Zeroed room for the items of a list; NULL in items when count is 0. */
const char *member_put_list(const struct wire_field_info *field, size_t count, struct arena *arena,
                            void *at, uint8_t **items);

/* The other way, for the writers: false when the member breaks the schema, which is our mistake. */
bool member_get_number(const struct wire_field_info *field, const void *at, int64_t *value);
bool member_get_text(const struct wire_field_info *field, const void *at, struct wire_text *text);
/* Binaries and keys. */
bool member_get_bytes(const struct wire_field_info *field, const void *at,
                      struct wire_bytes *bytes);
bool member_get_list(const struct wire_field_info *field, const void *at, uint32_t *count,
                     const uint8_t **items);

/* Marks an optional field of this body as there. */
void member_set_present(const struct wire_field_info *field, void *body);
/* Whether it is there; required fields always are. */
bool member_is_present(const struct wire_field_info *field, const void *body);

/* The problem of this field itself; false, so that a reader can return it. */
bool problem_set(struct wire_problem *problem, const char *field, const char *reason);
/* Puts the name of the record or list item it is in before it; index < 0: not in a list. */
void problem_is_within(struct wire_problem *problem, const char *field, long index);

#endif
