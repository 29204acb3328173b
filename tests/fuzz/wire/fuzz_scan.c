/*
 * The scan against msgpack-c: what the scan lets through, the library must read whole; and a frame
 * that the library reads must get the verdict that its values deserve.
 */
#include <msgpack.h>
#include <stdlib.h>

#include "wire/frame_scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(holds)                                                                               \
    do {                                                                                           \
        if (!(holds))                                                                              \
            abort();                                                                               \
    } while (0)

/* UTF-8 by its definition: shortest form, no surrogate, at most U+10FFFF. */
static bool text_is_right(const msgpack_object_str *text)
{
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    const uint8_t *at = (const uint8_t *)text->ptr;
    uint32_t left = text->size;
    while (left > 0) {
        uint32_t len = *at < 0x80 ? 1 : *at >> 5 == 6 ? 2 : *at >> 4 == 14 ? 3 : 4;
        if (len > left || (len == 4 && *at >> 3 != 30))
            return false;
        uint32_t point = len == 1 ? *at : *at & (0x7Fu >> len);
        for (uint32_t i = 1; i < len; i++) {
            if (at[i] >> 6 != 2)
                return false;
            point = point << 6 | (at[i] & 0x3Fu);
        }
        if (point < least[len] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF))
            return false;
        at += len;
        left -= len;
    }
    return true;
}

static bool is_right(const msgpack_object *value, uint32_t depth, uint32_t *objects);

static bool map_is_right(const msgpack_object_map *map, uint32_t depth, uint32_t *objects)
{
    bool seen[FRAME_KEY_MAX + 1] = {false};
    *objects += map->size;
    for (uint32_t i = 0; i < map->size; i++) {
        const msgpack_object *key = &map->ptr[i].key;
        if (key->type != MSGPACK_OBJECT_POSITIVE_INTEGER || key->via.u64 == 0 ||
            key->via.u64 > FRAME_KEY_MAX || seen[key->via.u64])
            return false;
        seen[key->via.u64] = true;
        if (!is_right(&map->ptr[i].val, depth, objects))
            return false;
    }
    return true;
}

/* The rules of frame_scan.h once more, over the library's tree. */
static bool is_right(const msgpack_object *value, uint32_t depth, uint32_t *objects)
{
    *objects += 1;
    switch (value->type) {
    case MSGPACK_OBJECT_NIL:
    case MSGPACK_OBJECT_BOOLEAN:
    case MSGPACK_OBJECT_POSITIVE_INTEGER:
    case MSGPACK_OBJECT_NEGATIVE_INTEGER:
    case MSGPACK_OBJECT_BIN:
        return true;
    case MSGPACK_OBJECT_STR:
        return text_is_right(&value->via.str);
    case MSGPACK_OBJECT_ARRAY:
        for (uint32_t i = 0; i < value->via.array.size; i++) {
            if (!is_right(&value->via.array.ptr[i], depth + 1, objects))
                return false;
        }
        return depth < FRAME_DEPTH_MAX;
    case MSGPACK_OBJECT_MAP:
        return depth < FRAME_DEPTH_MAX && map_is_right(&value->via.map, depth + 1, objects);
    default:
        return false;
    }
}

/* Long heads let the library reserve gigabytes for a claimed count. */
static bool is_safe_to_unpack(const uint8_t *data, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (data[i] >= 0xDC && data[i] <= 0xDF)
            return false;
    }
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint32_t claimed = 0;
    enum status verdict = frame_scan(data, size, &frame_limits_request, &claimed);
    if (verdict != STATUS_OK && (size > 4096 || !is_safe_to_unpack(data, size)))
        return 0;
    msgpack_unpacked unpacked;
    msgpack_unpacked_init(&unpacked);
    size_t used = 0;
    msgpack_unpack_return result = msgpack_unpack_next(&unpacked, (const char *)data, size, &used);
    uint32_t objects = 0;
    bool whole = result == MSGPACK_UNPACK_SUCCESS && used == size;
    bool right =
        whole && is_right(&unpacked.data, 0, &objects) && objects <= FRAME_REQUEST_OBJECTS_MAX;
    CHECK(right == (verdict == STATUS_OK));
    CHECK(verdict != STATUS_OK || objects == claimed);
    msgpack_unpacked_destroy(&unpacked);
    return 0;
}
