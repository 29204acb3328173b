#include <msgpack.h>
#include <string.h>

#include "base/log.h"
#include "wire/member.h"
#include "wire/wire.h"

static bool put_value(msgpack_packer *packer, const struct wire_field_info *field,
                      const uint8_t *at);

static int on_bytes(void *ctx, const char *bytes, size_t len)
{
    wire_buffer_append(ctx, bytes, len);
    return 0;
}

static bool put_record(msgpack_packer *packer, const struct wire_struct_info *info,
                       const uint8_t *body)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < info->field_count; i++)
        count += member_is_present(&info->fields[i], body);
    (void)msgpack_pack_map(packer, count);
    for (uint32_t i = 0; i < info->field_count; i++) {
        const struct wire_field_info *field = &info->fields[i];
        if (!member_is_present(field, body))
            continue;
        (void)msgpack_pack_uint8(packer, field->id);
        if (!put_value(packer, field, body + field->offset)) {
            log_error("wire.body_refused", "record=%s field=%s", info->name, field->name);
            return false;
        }
    }
    return true;
}

static bool put_list(msgpack_packer *packer, const struct wire_field_info *field, const uint8_t *at)
{
    uint32_t count;
    const uint8_t *items;
    if (!member_get_list(field, at, &count, &items))
        return false;
    struct wire_field_info item = member_item(field);
    (void)msgpack_pack_array(packer, count);
    for (uint32_t i = 0; i < count; i++) {
        if (!put_value(packer, &item, items + (size_t)i * field->item_size))
            return false;
    }
    return true;
}

static bool put_text(msgpack_packer *packer, const struct wire_field_info *field, const uint8_t *at)
{
    struct wire_text text;
    return member_get_text(field, at, &text) && msgpack_pack_str(packer, text.len) == 0 &&
           msgpack_pack_str_body(packer, text.data, text.len) == 0;
}

static bool put_bytes(msgpack_packer *packer, const struct wire_field_info *field,
                      const uint8_t *at)
{
    struct wire_bytes bytes;
    return member_get_bytes(field, at, &bytes) && msgpack_pack_bin(packer, bytes.len) == 0 &&
           msgpack_pack_bin_body(packer, bytes.data, bytes.len) == 0;
}

static bool put_number(msgpack_packer *packer, const struct wire_field_info *field,
                       const uint8_t *at)
{
    int64_t value;
    return member_get_number(field, at, &value) && msgpack_pack_int64(packer, value) == 0;
}

static bool put_bool(msgpack_packer *packer, const uint8_t *at)
{
    bool value;
    memcpy(&value, at, sizeof(value));
    return (value ? msgpack_pack_true(packer) : msgpack_pack_false(packer)) == 0;
}

static bool put_value(msgpack_packer *packer, const struct wire_field_info *field,
                      const uint8_t *at)
{
    switch (field->type) {
    case WIRE_TYPE_LIST:
        return put_list(packer, field, at);
    case WIRE_TYPE_STRUCT:
        return put_record(packer, field->record, at);
    case WIRE_TYPE_TEXT:
        return put_text(packer, field, at);
    case WIRE_TYPE_BIN:
    case WIRE_TYPE_KEY:
        return put_bytes(packer, field, at);
    case WIRE_TYPE_BOOL:
        return put_bool(packer, at);
    default:
        return put_number(packer, field, at);
    }
}

enum status wire_encode(enum wire_operation code, uint32_t seq, const void *body,
                        struct wire_buffer *out)
{
    const struct wire_operation_info *info = wire_info((uint32_t)code);
    if (info == NULL)
        return STATUS_INTERNAL;
    size_t start = out->len;
    msgpack_packer packer;
    msgpack_packer_init(&packer, out, on_bytes);
    (void)msgpack_pack_array(&packer, 3);
    (void)msgpack_pack_uint32(&packer, (uint32_t)code);
    (void)msgpack_pack_uint32(&packer, seq);
    if (!put_record(&packer, info->body, body)) {
        out->len = start;
        return STATUS_INTERNAL;
    }
    return STATUS_OK;
}
