#include "store/args_bind.h"

#include "base/log.h"
#include "store/pg_codec.h"

/* The width of an integer type; 0 for any other. */
static int int_width(uint32_t oid)
{
    switch (oid) {
    case PG_INT2:
    case PG_INT2_ARRAY:
        return 2;
    case PG_INT4:
    case PG_INT4_ARRAY:
        return 4;
    case PG_INT8:
    case PG_INT8_ARRAY:
        return 8;
    default:
        return 0;
    }
}

static uint32_t element_of(uint32_t array_oid)
{
    switch (array_oid) {
    case PG_INT2_ARRAY:
        return PG_INT2;
    case PG_INT4_ARRAY:
        return PG_INT4;
    case PG_INT8_ARRAY:
        return PG_INT8;
    case PG_TIMESTAMPTZ_ARRAY:
        return PG_TIMESTAMPTZ;
    case PG_TEXT_ARRAY:
        return PG_TEXT;
    case PG_VARCHAR_ARRAY:
        return PG_VARCHAR;
    case PG_BYTEA_ARRAY:
        return PG_BYTEA;
    default:
        return 0;
    }
}

static bool fits(int64_t value, int width)
{
    if (width == 2)
        return value >= INT16_MIN && value <= INT16_MAX;
    if (width == 4)
        return value >= INT32_MIN && value <= INT32_MAX;
    return true;
}

/* The value's low bytes are at the end of its eight. */
static bool bind_int(uint8_t *at, struct store_arg *item, uint32_t oid)
{
    int width = int_width(oid);
    if (!width || !fits((int64_t)pg_get64(at), width))
        return false;
    item->offset += (uint32_t)(8 - width);
    item->len = width;
    return true;
}

static bool bind_time(uint8_t *at, uint32_t oid)
{
    if (oid == PG_INT8)
        return true;
    pg_put64(at, (uint64_t)pg_time_from_ms((int64_t)pg_get64(at)));
    return oid == PG_TIMESTAMPTZ;
}

/* Elements become narrower in place, front to back. */
static bool bind_int_array(uint8_t *at, struct store_arg *item, uint32_t oid)
{
    int width = int_width(oid);
    uint32_t count = pg_get32(at + 12);
    if (!width || element_of(oid) == 0)
        return false;
    pg_put32(at + 8, element_of(oid));
    const uint8_t *from = at + PG_ARRAY_HEADER_BYTES;
    uint8_t *to = at + PG_ARRAY_HEADER_BYTES;
    for (uint32_t i = 0; i < count; i++, from += 12) {
        int64_t value = (int64_t)pg_get64(from + 4);
        if (!fits(value, width))
            return false;
        pg_put32(to, (uint32_t)width);
        if (width == 2)
            pg_put16(to + 4, (uint16_t)value);
        else if (width == 4)
            pg_put32(to + 4, (uint32_t)value);
        else
            pg_put64(to + 4, (uint64_t)value);
        to += 4 + width;
    }
    item->len = count ? (int32_t)(to - at) : PG_ARRAY_EMPTY_BYTES;
    return true;
}

static bool bind_time_array(uint8_t *at, uint32_t oid)
{
    if (oid == PG_INT8_ARRAY)
        return true;
    if (oid != PG_TIMESTAMPTZ_ARRAY)
        return false;
    uint32_t count = pg_get32(at + 12);
    pg_put32(at + 8, PG_TIMESTAMPTZ);
    for (uint32_t i = 0; i < count; i++) {
        uint8_t *value = at + PG_ARRAY_HEADER_BYTES + i * 12 + 4;
        pg_put64(value, (uint64_t)pg_time_from_ms((int64_t)pg_get64(value)));
    }
    return true;
}

static bool is_text(uint32_t oid)
{
    return oid == PG_TEXT || oid == PG_VARCHAR || oid == PG_BPCHAR || oid == PG_NAME;
}

static bool bind_bytes_array(uint8_t *at, bool fits_type, uint32_t oid)
{
    pg_put32(at + 8, element_of(oid));
    return fits_type;
}

static bool bind_value(uint8_t *at, struct store_arg *item, uint32_t oid)
{
    switch ((enum arg_form)item->form) {
    case ARG_NULL:
        return true;
    case ARG_INT:
        return bind_int(at, item, oid);
    case ARG_BOOL:
        return oid == PG_BOOL;
    case ARG_TIME:
        return bind_time(at, oid);
    case ARG_TEXT:
        return element_of(oid) == 0 && int_width(oid) == 0;
    case ARG_BIN:
        return oid == PG_BYTEA || (oid == PG_UUID && item->len == 16);
    case ARG_INT_ARRAY:
        return bind_int_array(at, item, oid);
    case ARG_TIME_ARRAY:
        return bind_time_array(at, oid);
    case ARG_TEXT_ARRAY:
        return bind_bytes_array(at, oid == PG_TEXT_ARRAY || oid == PG_VARCHAR_ARRAY, oid);
    case ARG_BIN_ARRAY:
        return bind_bytes_array(at, oid == PG_BYTEA_ARRAY, oid);
    case ARG_BOUND_TEXT:
    case ARG_BOUND_BINARY:
        break;
    }
    return false;
}

static bool bind_one(uint8_t *bytes, struct store_arg *item, uint32_t oid)
{
    if (!bind_value(bytes + item->offset, item, oid))
        return false;
    bool as_text = item->form == ARG_TEXT && !is_text(oid);
    item->form = as_text ? ARG_BOUND_TEXT : ARG_BOUND_BINARY;
    return true;
}

enum status args_bind(struct store_args *args, const struct sql_statement_info *info)
{
    if (args->count != info->arg_count) {
        log_error("store.wrong_arguments", "statement=%s given=%u wanted=%u", info->name,
                  args->count, info->arg_count);
        return STATUS_INTERNAL;
    }
    uint8_t *bytes = args->heap ? args->heap : args->inline_bytes;
    for (uint32_t i = 0; i < args->count; i++) {
        uint8_t form = args->items[i].form;
        if (bind_one(bytes, &args->items[i], info->arg_types[i]))
            continue;
        log_error("store.wrong_argument", "statement=%s argument=%u type=%u form=%u", info->name,
                  i + 1, info->arg_types[i], form);
        return STATUS_INTERNAL;
    }
    return STATUS_OK;
}

void args_point(const struct store_args *args, struct bound_args *out)
{
    const uint8_t *bytes = args->heap ? args->heap : args->inline_bytes;
    out->count = (int)args->count;
    for (uint32_t i = 0; i < args->count; i++) {
        const struct store_arg *item = &args->items[i];
        out->values[i] = item->len < 0 ? NULL : (const char *)bytes + item->offset;
        out->lengths[i] = item->len < 0 ? 0 : item->len;
        out->formats[i] = item->form == ARG_BOUND_BINARY;
    }
}
