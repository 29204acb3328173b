#include "wire/member.h"

#include <stdio.h>
#include <string.h>

#include "wire/text_check.h"

/* What starts a generated list: struct wire_list_<of>. */
struct any_list {
    uint32_t count;
    void *items;
};

struct wire_field_info member_item(const struct wire_field_info *list)
{
    struct wire_field_info item = *list;
    item.type = list->item_type;
    item.max = list->item_max;
    item.optional = false;
    return item;
}

const char *member_put_number(const struct wire_field_info *field, int64_t value, void *at)
{
    uint64_t id = (uint64_t)value;
    uint32_t small = (uint32_t)value;
    switch (field->type) {
    case WIRE_TYPE_ID:
        if (value < 0 || id > WIRE_ID_MAX)
            return "is out of range";
        memcpy(at, &id, sizeof(id));
        return NULL;
    case WIRE_TYPE_TIME:
        if (value < -WIRE_TIME_MAX || value > WIRE_TIME_MAX)
            return "is out of range";
        memcpy(at, &value, sizeof(value));
        return NULL;
    case WIRE_TYPE_INT:
        if (value < 0 || value > (int64_t)field->max)
            return "is out of range";
        memcpy(at, &small, sizeof(small));
        return NULL;
    case WIRE_TYPE_ENUM:
        if (value <= 0 || value > UINT16_MAX ||
            wire_enum_value_name(field->enumeration, small) == NULL)
            return "is not a known value";
        memcpy(at, &small, sizeof(small));
        return NULL;
    default:
        return "is not a number";
    }
}

const char *member_put_text(const struct wire_field_info *field, const char *text, size_t len,
                            void *at)
{
    const char *reason = text_check(text, len, field->max);
    if (reason != NULL)
        return reason;
    struct wire_text value = {text, (uint32_t)len};
    memcpy(at, &value, sizeof(value));
    return NULL;
}

const char *member_put_bytes(const struct wire_field_info *field, const uint8_t *bytes, size_t len,
                             void *at)
{
    if (field->type == WIRE_TYPE_KEY) {
        if (len != WIRE_KEY_BYTES)
            return "must be 16 bytes";
        memcpy(at, bytes, WIRE_KEY_BYTES);
        return NULL;
    }
    if (len > field->max)
        return "is too long";
    struct wire_bytes value = {bytes, (uint32_t)len};
    memcpy(at, &value, sizeof(value));
    return NULL;
}

const char *member_put_bool(const struct wire_field_info *field, bool value, void *at)
{
    if (field->type != WIRE_TYPE_BOOL)
        return "is not true or false";
    memcpy(at, &value, sizeof(value));
    return NULL;
}

const char *member_put_list(const struct wire_field_info *field, size_t count, struct arena *arena,
                            void *at, uint8_t **items)
{
    if (count > field->max)
        return "has too many items";
    struct any_list list = {.count = (uint32_t)count};
    if (count > 0)
        list.items = arena_alloc(arena, count * field->item_size);
    memcpy(at, &list, sizeof(list));
    *items = list.items;
    return NULL;
}

bool member_get_number(const struct wire_field_info *field, const void *at, int64_t *value)
{
    uint32_t small;
    uint8_t unused[sizeof(*value)];
    if (field->type == WIRE_TYPE_INT || field->type == WIRE_TYPE_ENUM) {
        memcpy(&small, at, sizeof(small));
        *value = small;
    } else {
        memcpy(value, at, sizeof(*value));
    }
    return member_put_number(field, *value, unused) == NULL;
}

bool member_get_text(const struct wire_field_info *field, const void *at, struct wire_text *text)
{
    memcpy(text, at, sizeof(*text));
    if (text->data == NULL) {
        text->data = "";
        return text->len == 0;
    }
    return text_check(text->data, text->len, field->max) == NULL;
}

bool member_get_bytes(const struct wire_field_info *field, const void *at, struct wire_bytes *bytes)
{
    *bytes = (struct wire_bytes){at, WIRE_KEY_BYTES};
    if (field->type == WIRE_TYPE_KEY)
        return true;
    memcpy(bytes, at, sizeof(*bytes));
    return bytes->len <= field->max;
}

bool member_get_list(const struct wire_field_info *field, const void *at, uint32_t *count,
                     const uint8_t **items)
{
    struct any_list list;
    memcpy(&list, at, sizeof(list));
    *count = list.count;
    *items = list.items;
    return list.count <= field->max && (list.count == 0 || list.items != NULL);
}

void member_set_present(const struct wire_field_info *field, void *body)
{
    const bool present = true;
    if (field->optional)
        memcpy((uint8_t *)body + field->has_offset, &present, sizeof(present));
}

bool member_is_present(const struct wire_field_info *field, const void *body)
{
    bool present = true;
    if (field->optional)
        memcpy(&present, (const uint8_t *)body + field->has_offset, sizeof(present));
    return present;
}

bool problem_set(struct wire_problem *problem, const char *field, const char *reason)
{
    (void)snprintf(problem->field, sizeof(problem->field), "%s", field);
    problem->reason = reason;
    return false;
}

void problem_is_within(struct wire_problem *problem, const char *field, long index)
{
    char path[2 * sizeof(problem->field) + 32] = "";
    const char *dot = problem->field[0] != '\0' ? "." : "";
    char place[24] = "";
    if (index >= 0)
        (void)snprintf(place, sizeof(place), "[%ld]", index);
    (void)snprintf(path, sizeof(path), "%.64s%s%s%s", field, place, dot, problem->field);
    memcpy(problem->field, path, WIRE_PROBLEM_FIELD_MAX);
    problem->field[WIRE_PROBLEM_FIELD_MAX] = '\0';
}
