#include <jansson.h>
#include <sodium.h>
#include <string.h>

#include "base/log.h"
#include "wire/member.h"
#include "wire/wire.h"

/* Each gives a new reference, or NULL when the value breaks the schema. */
static json_t *make_value(const struct wire_field_info *field, const uint8_t *at);

static json_t *make_record(const struct wire_struct_info *info, const uint8_t *body)
{
    json_t *object = json_object();
    for (uint32_t i = 0; i < info->field_count; i++) {
        const struct wire_field_info *field = &info->fields[i];
        if (!member_is_present(field, body))
            continue;
        if (json_object_set_new(object, field->name, make_value(field, body + field->offset))) {
            log_error("wire.body_refused", "record=%s field=%s", info->name, field->name);
            json_decref(object);
            return NULL;
        }
    }
    return object;
}

static json_t *make_list(const struct wire_field_info *field, const uint8_t *at)
{
    uint32_t count;
    const uint8_t *items;
    if (!member_get_list(field, at, &count, &items))
        return NULL;
    struct wire_field_info item = member_item(field);
    json_t *array = json_array();
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t *from = items + (size_t)i * field->item_size;
        if (json_array_append_new(array, make_value(&item, from)) != 0) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

static json_t *make_text(const struct wire_field_info *field, const uint8_t *at)
{
    struct wire_text text;
    return member_get_text(field, at, &text) ? json_stringn(text.data, text.len) : NULL;
}

static json_t *make_bytes(const struct wire_field_info *field, const uint8_t *at)
{
    const int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
    struct wire_bytes bytes;
    if (!member_get_bytes(field, at, &bytes))
        return NULL;
    size_t size = sodium_base64_encoded_len(bytes.len, variant);
    char *text = mem_alloc(size);
    sodium_bin2base64(text, size, bytes.data, bytes.len, variant);
    json_t *value = json_string(text);
    mem_free(text);
    return value;
}

static json_t *make_number(const struct wire_field_info *field, const uint8_t *at)
{
    int64_t value;
    if (!member_get_number(field, at, &value))
        return NULL;
    if (field->type == WIRE_TYPE_ENUM)
        return json_string(wire_enum_value_name(field->enumeration, (uint32_t)value));
    return json_integer(value);
}

static json_t *make_value(const struct wire_field_info *field, const uint8_t *at)
{
    bool flag;
    switch (field->type) {
    case WIRE_TYPE_LIST:
        return make_list(field, at);
    case WIRE_TYPE_STRUCT:
        return make_record(field->record, at);
    case WIRE_TYPE_TEXT:
        return make_text(field, at);
    case WIRE_TYPE_BIN:
    case WIRE_TYPE_KEY:
        return make_bytes(field, at);
    case WIRE_TYPE_BOOL:
        memcpy(&flag, at, sizeof(flag));
        return json_boolean(flag);
    default:
        return make_number(field, at);
    }
}

static int on_bytes(const char *bytes, size_t len, void *ctx)
{
    wire_buffer_append(ctx, bytes, len);
    return 0;
}

enum status wire_to_json(enum wire_operation code, const void *body, struct wire_buffer *out)
{
    const struct wire_operation_info *info = wire_info((uint32_t)code);
    json_t *object = info != NULL ? make_record(info->body, body) : NULL;
    if (object == NULL)
        return STATUS_INTERNAL;
    size_t start = out->len;
    int failed = json_dump_callback(object, on_bytes, out, JSON_COMPACT);
    json_decref(object);
    if (failed != 0) {
        out->len = start;
        return STATUS_INTERNAL;
    }
    return STATUS_OK;
}
