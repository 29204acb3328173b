#include <string.h>

#include "wire/wire.h"

_Static_assert(sizeof(enum wire_operation) == 4, "descriptors copy enums as 32 bits");
_Static_assert(sizeof(bool) == 1, "descriptors copy bools as one byte");

const struct wire_operation_info *wire_info(uint32_t code)
{
    if (code > WIRE_CODE_MAX || wire_operations[code].name == NULL)
        return NULL;
    return &wire_operations[code];
}

const struct wire_operation_info *wire_info_by_name(const char *name)
{
    for (uint32_t code = 0; code <= WIRE_CODE_MAX; code++) {
        const char *known = wire_operations[code].name;
        if (known != NULL && strcmp(known, name) == 0)
            return &wire_operations[code];
    }
    return NULL;
}

const struct wire_error_info *wire_error_info(int code)
{
    if (code <= 0 || code > WIRE_ERROR_CODE_MAX || wire_errors[code].name == NULL)
        return &wire_errors[WIRE_ERROR_CODE_INTERNAL];
    return &wire_errors[code];
}

const char *wire_enum_value_name(const struct wire_enum_info *info, uint32_t value)
{
    return value <= info->top ? info->names[value] : NULL;
}

uint32_t wire_enum_value(const struct wire_enum_info *info, const char *name, size_t len)
{
    for (uint32_t value = 1; value <= info->top; value++) {
        const char *known = info->names[value];
        if (known != NULL && strlen(known) == len && memcmp(known, name, len) == 0)
            return value;
    }
    return 0;
}

struct wire_text wire_text_of(const char *string)
{
    if (string == NULL)
        return (struct wire_text){"", 0};
    return (struct wire_text){string, (uint32_t)strlen(string)};
}

bool wire_text_equals(struct wire_text text, const char *string)
{
    return strlen(string) == text.len &&
           (text.len == 0 || memcmp(text.data, string, text.len) == 0);
}
