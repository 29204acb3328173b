/*
 * store_args: the arguments of one statement, in order. Zero-initialised is a valid empty list.
 * Values are copied in. The statement's declared types decide the final form when it is sent:
 * args_int serves smallint, integer and bigint alike; text goes to any type with a text form
 * (jsonb, inet, numeric …). A value that does not fit its argument's type is our mistake: the
 * call is answered STATUS_INTERNAL and logged.
 */
#ifndef STORE_STORE_ARGS_H
#define STORE_STORE_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/wire_types.h"

#define STORE_ARGS_MAX          40
#define STORE_ARGS_INLINE_BYTES 384

struct store_arg {
    uint32_t offset; /* in the bytes */
    int32_t len;     /* -1: NULL */
    uint8_t form;    /* enum in store_args.c */
};

struct store_args {
    uint8_t *heap; /* owned; NULL while the inline bytes suffice */
    uint32_t len;
    uint32_t cap;
    uint32_t count;
    struct store_arg items[STORE_ARGS_MAX];
    uint8_t inline_bytes[STORE_ARGS_INLINE_BYTES];
};

void args_id(struct store_args *args, uint64_t value);
/* NULL for 0. */
void args_id_or_null(struct store_args *args, uint64_t value);
void args_int(struct store_args *args, int64_t value);
/* A code of an enumeration, none of which is 0: NULL for 0. */
void args_code_or_null(struct store_args *args, int64_t code);
void args_bool(struct store_args *args, bool value);
/* UTC milliseconds to timestamptz (or bigint, if the argument is one). */
void args_time(struct store_args *args, int64_t ms);
/* NULL for 0. */
void args_time_or_null(struct store_args *args, int64_t ms);
void args_text(struct store_args *args, const char *text, size_t len);
/* text is NUL-terminated; NULL for NULL. */
void args_string(struct store_args *args, const char *text);
/* NULL for an empty text. */
void args_text_or_null(struct store_args *args, struct wire_text text);
void args_bin(struct store_args *args, const void *bytes, size_t len);
void args_null(struct store_args *args);
void args_int_array(struct store_args *args, const int64_t *items, size_t count);
void args_id_array(struct store_args *args, const uint64_t *items, size_t count);
void args_text_array(struct store_args *args, const struct wire_text *items, size_t count);
void args_bin_array(struct store_args *args, const struct wire_bytes *items, size_t count);
void args_time_array(struct store_args *args, const int64_t *ms, size_t count);
/* Frees what is held; empty again. Only needed for args that were never sent. */
void args_clear(struct store_args *args);

#endif
