#include <jansson.h>
#include <sodium.h>
#include <string.h>

#include "wire/member.h"
#include "wire/wire.h"

struct reader {
    struct arena *arena;
    struct wire_problem *problem;
};

static bool read_value(struct reader *reader, const struct wire_field_info *field,
                       const json_t *value, uint8_t *at);

static bool read_record(struct reader *reader, const struct wire_struct_info *info,
                        const json_t *object, uint8_t *body)
{
    for (uint32_t i = 0; i < info->field_count; i++) {
        const struct wire_field_info *field = &info->fields[i];
        const json_t *value = json_object_get(object, field->name);
        if (value == NULL || json_is_null(value)) {
            if (!field->optional)
                return problem_set(reader->problem, field->name, "is missing");
            continue;
        }
        if (!read_value(reader, field, value, body + field->offset))
            return false;
        member_set_present(field, body);
    }
    return true;
}

static bool read_struct(struct reader *reader, const struct wire_field_info *field,
                        const json_t *object, uint8_t *at)
{
    if (read_record(reader, field->record, object, at))
        return true;
    if (field->name[0] != '\0')
        problem_is_within(reader->problem, field->name, -1);
    return false;
}

static bool read_list(struct reader *reader, const struct wire_field_info *field,
                      const json_t *array, uint8_t *at)
{
    uint8_t *items;
    size_t count = json_array_size(array);
    const char *reason = member_put_list(field, count, reader->arena, at, &items);
    if (reason != NULL)
        return problem_set(reader->problem, field->name, reason);
    struct wire_field_info item = member_item(field);
    item.name = "";
    for (size_t i = 0; i < count; i++) {
        if (!read_value(reader, &item, json_array_get(array, i), items + i * field->item_size)) {
            problem_is_within(reader->problem, field->name, (long)i);
            return false;
        }
    }
    return true;
}

/* Decoded bytes are never more than the text they came in. */
static const char *read_bytes(struct reader *reader, const struct wire_field_info *field,
                              const json_t *value, uint8_t *at)
{
    if (!json_is_string(value))
        return "must be base64url";
    size_t text_len = json_string_length(value);
    uint8_t *bytes = arena_alloc(reader->arena, text_len + 1);
    size_t len = 0;
    if (sodium_base642bin(bytes, text_len + 1, json_string_value(value), text_len, NULL, &len, NULL,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
        return "must be base64url";
    return member_put_bytes(field, bytes, len, at);
}

static const char *read_text(struct reader *reader, const struct wire_field_info *field,
                             const json_t *value, uint8_t *at)
{
    if (!json_is_string(value))
        return "must be text";
    size_t len = json_string_length(value);
    char *copy = arena_copy_text(reader->arena, json_string_value(value), len);
    return member_put_text(field, copy, len, at);
}

static const char *read_enum(const struct wire_field_info *field, const json_t *value, uint8_t *at)
{
    if (!json_is_string(value))
        return "must be the name of a value";
    uint32_t number =
        wire_enum_value(field->enumeration, json_string_value(value), json_string_length(value));
    return member_put_number(field, number, at);
}

static const char *read_scalar(struct reader *reader, const struct wire_field_info *field,
                               const json_t *value, uint8_t *at)
{
    switch (field->type) {
    case WIRE_TYPE_BOOL:
        if (!json_is_boolean(value))
            return "must be true or false";
        return member_put_bool(field, json_is_true(value), at);
    case WIRE_TYPE_TEXT:
        return read_text(reader, field, value, at);
    case WIRE_TYPE_BIN:
    case WIRE_TYPE_KEY:
        return read_bytes(reader, field, value, at);
    case WIRE_TYPE_ENUM:
        return read_enum(field, value, at);
    default:
        if (!json_is_integer(value))
            return "must be a whole number";
        return member_put_number(field, json_integer_value(value), at);
    }
}

static bool read_value(struct reader *reader, const struct wire_field_info *field,
                       const json_t *value, uint8_t *at)
{
    const char *reason;
    if (field->type == WIRE_TYPE_LIST) {
        if (json_is_array(value))
            return read_list(reader, field, value, at);
        reason = "must be a list";
    } else if (field->type == WIRE_TYPE_STRUCT) {
        if (json_is_object(value))
            return read_struct(reader, field, value, at);
        reason = "must be a record";
    } else {
        reason = read_scalar(reader, field, value, at);
    }
    return reason == NULL || problem_set(reader->problem, field->name, reason);
}

enum status wire_from_json(enum wire_operation code, const char *json, size_t len,
                           struct arena *arena, struct wire_body *out)
{
    *out = (struct wire_body){0};
    const struct wire_operation_info *info = wire_info((uint32_t)code);
    if (info == NULL)
        return STATUS_UNKNOWN_OPERATION;
    if (len > WIRE_JSON_BYTES_MAX)
        return STATUS_TOO_LARGE;
    /* jansson bounds the depth, and refuses bad UTF-8, NUL, and numbers over 64 bits. */
    json_t *root = json_loadb(json, len, JSON_REJECT_DUPLICATES, NULL);
    if (!json_is_object(root)) {
        json_decref(root);
        return STATUS_MALFORMED_FRAME;
    }
    struct reader reader = {.arena = arena, .problem = &out->problem};
    uint8_t *record = arena_alloc(arena, info->body->size);
    enum status status = STATUS_INVALID_FIELD;
    if (read_record(&reader, info->body, root, record)) {
        out->value = record;
        status = STATUS_OK;
    }
    json_decref(root);
    return status;
}
