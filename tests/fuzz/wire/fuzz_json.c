/*
 * JSON bodies of every operation: the first byte chooses the operation, the rest is the text. What
 * is read is written, reads as the same, and goes through the frame codec unchanged.
 */
#include <stdlib.h>
#include <string.h>

#include "wire/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(holds)                                                                               \
    do {                                                                                           \
        if (!(holds))                                                                              \
            abort();                                                                               \
    } while (0)

static void check_same(const struct wire_buffer *one, const struct wire_buffer *other)
{
    CHECK(one->len == other->len && memcmp(one->data, other->data, one->len) == 0);
}

static void check_body(const struct wire_operation_info *info, const void *body)
{
    static struct wire_buffer json;
    static struct wire_buffer other;
    static struct wire_buffer frame_bytes;
    json.len = other.len = frame_bytes.len = 0;
    struct arena arena = {0};
    struct wire_body again;
    struct wire_frame frame;
    CHECK(wire_to_json(info->code, body, &json) == STATUS_OK);
    if (json.len <= WIRE_JSON_BYTES_MAX) {
        CHECK(wire_from_json(info->code, (const char *)json.data, json.len, &arena, &again) ==
              STATUS_OK);
        CHECK(wire_to_json(info->code, again.value, &other) == STATUS_OK);
        check_same(&json, &other);
    }
    uint32_t seq = info->kind == WIRE_KIND_EVENT ? 0 : 1;
    CHECK(wire_encode(info->code, seq, body, &frame_bytes) == STATUS_OK);
    CHECK(wire_decode_any(frame_bytes.data, frame_bytes.len, &arena, &frame) == STATUS_OK);
    other.len = 0;
    CHECK(wire_to_json(info->code, frame.body, &other) == STATUS_OK);
    check_same(&json, &other);
    arena_clear(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct wire_operation_info *info = size > 0 ? wire_info(data[0]) : NULL;
    if (info == NULL)
        return 0;
    struct arena arena = {0};
    struct wire_body body;
    enum status status =
        wire_from_json(info->code, (const char *)data + 1, size - 1, &arena, &body);
    CHECK((status == STATUS_INVALID_FIELD) == (body.problem.reason != NULL));
    if (status == STATUS_OK)
        check_body(info, body.value);
    arena_clear(&arena);
    return 0;
}
