/*
 * CAP messages of the signed door: whatever comes, the reader ends; what it takes for a message is
 * JSON that the schema takes or names the field of.
 */
#include <stdlib.h>
#include <string.h>

#include "wire/cap_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wire_problem problem = {0};
    char *json = NULL;
    enum status status = cap_read((const char *)data, size, &json, &problem);
    if (status == STATUS_INVALID_FIELD && (problem.field[0] == '\0' || problem.reason == NULL))
        abort();
    if ((status == STATUS_OK) != (json != NULL))
        abort();
    if (status != STATUS_OK)
        return 0;
    struct arena arena = {0};
    struct wire_body body = {0};
    status = wire_from_json(WIRE_ALERT_INJECT, json, strlen(json), &arena, &body);
    if (status != STATUS_OK && status != STATUS_INVALID_FIELD && status != STATUS_TOO_LARGE)
        abort();
    arena_clear(&arena);
    free(json);
    return 0;
}
