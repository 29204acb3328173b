#include "store/store_args.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/args_bind.h"
#include "store/pg_codec.h"

static uint8_t *bytes_of(struct store_args *args)
{
    return args->heap ? args->heap : args->inline_bytes;
}

/* Room for len more bytes; returns where they go. */
static uint8_t *reserve(struct store_args *args, size_t len)
{
    size_t have = args->heap ? args->cap : STORE_ARGS_INLINE_BYTES;
    size_t need = (size_t)args->len + len;
    if (need > have) {
        size_t cap = have * 2 > need ? have * 2 : need;
        if (cap > UINT32_MAX)
            abort(); /* what a peer can send is bounded far below */
        uint8_t *old = args->heap;
        args->heap = mem_grow(old, cap, 1);
        if (!old)
            memcpy(args->heap, args->inline_bytes, args->len);
        args->cap = (uint32_t)cap;
    }
    uint8_t *at = bytes_of(args) + args->len;
    args->len = (uint32_t)need;
    return at;
}

static uint8_t *add(struct store_args *args, enum arg_form form, size_t len)
{
    assert(args->count < STORE_ARGS_MAX);
    struct store_arg *item = &args->items[args->count++];
    item->offset = args->len;
    item->len = (int32_t)len;
    item->form = (uint8_t)form;
    return reserve(args, len);
}

void args_int(struct store_args *args, int64_t value)
{
    pg_put64(add(args, ARG_INT, 8), (uint64_t)value);
}

void args_id(struct store_args *args, uint64_t value)
{
    args_int(args, (int64_t)value);
}

void args_id_or_null(struct store_args *args, uint64_t value)
{
    if (value)
        args_id(args, value);
    else
        args_null(args);
}

void args_code_or_null(struct store_args *args, int64_t code)
{
    if (code != 0)
        args_int(args, code);
    else
        args_null(args);
}

void args_bool(struct store_args *args, bool value)
{
    *add(args, ARG_BOOL, 1) = value;
}

void args_time(struct store_args *args, int64_t ms)
{
    pg_put64(add(args, ARG_TIME, 8), (uint64_t)ms);
}

void args_time_or_null(struct store_args *args, int64_t ms)
{
    if (ms)
        args_time(args, ms);
    else
        args_null(args);
}

/* A NUL follows, for types that take the text form. */
void args_text(struct store_args *args, const char *text, size_t len)
{
    uint8_t *at = add(args, ARG_TEXT, len + 1);
    if (len)
        memcpy(at, text, len);
    at[len] = 0;
    args->items[args->count - 1].len = (int32_t)len;
}

void args_string(struct store_args *args, const char *text)
{
    if (text)
        args_text(args, text, strlen(text));
    else
        args_null(args);
}

void args_text_or_null(struct store_args *args, struct wire_text text)
{
    if (text.len)
        args_text(args, text.data, text.len);
    else
        args_null(args);
}

void args_bin(struct store_args *args, const void *bytes, size_t len)
{
    uint8_t *at = add(args, ARG_BIN, len);
    if (len)
        memcpy(at, bytes, len);
}

void args_null(struct store_args *args)
{
    add(args, ARG_NULL, 0);
    args->items[args->count - 1].len = -1;
}

/* Arrays are kept as PostgreSQL's binary array; integers 8 bytes wide until they are bound. */
static uint8_t *add_array(struct store_args *args, enum arg_form form, size_t count, size_t bytes)
{
    uint8_t *at = add(args, form, PG_ARRAY_HEADER_BYTES + bytes);
    pg_put_array_header(at, PG_INT8, (uint32_t)count, 0); /* the type is set when it is bound */
    if (count == 0)
        args->items[args->count - 1].len = PG_ARRAY_EMPTY_BYTES;
    return at + PG_ARRAY_HEADER_BYTES;
}

static uint8_t *add_int_array(struct store_args *args, enum arg_form form, size_t count)
{
    return add_array(args, form, count, count * 12);
}

static uint8_t *put_int_element(uint8_t *at, int64_t value)
{
    pg_put32(at, 8);
    pg_put64(at + 4, (uint64_t)value);
    return at + 12;
}

void args_int_array(struct store_args *args, const int64_t *items, size_t count)
{
    uint8_t *at = add_int_array(args, ARG_INT_ARRAY, count);
    for (size_t i = 0; i < count; i++)
        at = put_int_element(at, items[i]);
}

void args_id_array(struct store_args *args, const uint64_t *items, size_t count)
{
    uint8_t *at = add_int_array(args, ARG_INT_ARRAY, count);
    for (size_t i = 0; i < count; i++)
        at = put_int_element(at, (int64_t)items[i]);
}

void args_time_array(struct store_args *args, const int64_t *ms, size_t count)
{
    uint8_t *at = add_int_array(args, ARG_TIME_ARRAY, count);
    for (size_t i = 0; i < count; i++)
        at = put_int_element(at, ms[i]);
}

static uint8_t *put_bytes_element(uint8_t *at, const void *data, uint32_t len)
{
    pg_put32(at, len);
    if (len)
        memcpy(at + 4, data, len);
    return at + 4 + len;
}

void args_text_array(struct store_args *args, const struct wire_text *items, size_t count)
{
    size_t bytes = 0;
    for (size_t i = 0; i < count; i++)
        bytes += 4 + (size_t)items[i].len;
    uint8_t *at = add_array(args, ARG_TEXT_ARRAY, count, bytes);
    for (size_t i = 0; i < count; i++)
        at = put_bytes_element(at, items[i].data, items[i].len);
}

void args_bin_array(struct store_args *args, const struct wire_bytes *items, size_t count)
{
    size_t bytes = 0;
    for (size_t i = 0; i < count; i++)
        bytes += 4 + (size_t)items[i].len;
    uint8_t *at = add_array(args, ARG_BIN_ARRAY, count, bytes);
    for (size_t i = 0; i < count; i++)
        at = put_bytes_element(at, items[i].data, items[i].len);
}

void args_clear(struct store_args *args)
{
    mem_free(args->heap);
    args->heap = NULL;
    args->cap = 0;
    args->len = 0;
    args->count = 0;
}

/* Leaves `from` empty; what it held belongs to `to`. */
void args_move(struct store_args *to, struct store_args *from)
{
    if (!from) {
        memset(to, 0, sizeof(*to));
        return;
    }
    to->heap = from->heap;
    to->len = from->len;
    to->cap = from->cap;
    to->count = from->count;
    memcpy(to->items, from->items, from->count * sizeof(from->items[0]));
    if (!from->heap)
        memcpy(to->inline_bytes, from->inline_bytes, from->len);
    from->heap = NULL;
    from->cap = 0;
    from->len = 0;
    from->count = 0;
}
