/*
 * Every decoder: what is read is written canonically, reads as the same and is written as the same
 * bytes again; and msgpack-c finds every value that we found in the frame that came in.
 */
#include <msgpack.h>
#include <stdlib.h>
#include <string.h>

#include "wire/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(holds)                                                                               \
    do {                                                                                           \
        if (!(holds))                                                                              \
            abort();                                                                               \
    } while (0)

static void check_same(const msgpack_object *ours, const msgpack_object *theirs);

static const msgpack_object *find(const msgpack_object_map *map, uint64_t key)
{
    for (uint32_t i = 0; i < map->size; i++) {
        if (map->ptr[i].key.via.u64 == key)
            return &map->ptr[i].val;
    }
    return NULL;
}

/* Unknown fields of theirs are not in ours. */
static void check_same_map(const msgpack_object_map *ours, const msgpack_object_map *theirs)
{
    for (uint32_t i = 0; i < ours->size; i++) {
        const msgpack_object *other = find(theirs, ours->ptr[i].key.via.u64);
        CHECK(other != NULL);
        check_same(&ours->ptr[i].val, other);
        CHECK(i == 0 || ours->ptr[i].key.via.u64 > ours->ptr[i - 1].key.via.u64);
    }
}

static void check_same(const msgpack_object *ours, const msgpack_object *theirs)
{
    CHECK(ours->type == theirs->type);
    if (ours->type == MSGPACK_OBJECT_MAP) {
        check_same_map(&ours->via.map, &theirs->via.map);
    } else if (ours->type == MSGPACK_OBJECT_ARRAY) {
        CHECK(ours->via.array.size == theirs->via.array.size);
        for (uint32_t i = 0; i < ours->via.array.size; i++)
            check_same(&ours->via.array.ptr[i], &theirs->via.array.ptr[i]);
    } else {
        CHECK(msgpack_object_equal(*ours, *theirs));
    }
}

static void check_library_agrees(const struct wire_buffer *ours, const uint8_t *data, size_t size)
{
    msgpack_unpacked first;
    msgpack_unpacked second;
    msgpack_unpacked_init(&first);
    msgpack_unpacked_init(&second);
    CHECK(msgpack_unpack_next(&first, (const char *)ours->data, ours->len, NULL) ==
          MSGPACK_UNPACK_SUCCESS);
    CHECK(msgpack_unpack_next(&second, (const char *)data, size, NULL) == MSGPACK_UNPACK_SUCCESS);
    check_same(&first.data, &second.data);
    msgpack_unpacked_destroy(&first);
    msgpack_unpacked_destroy(&second);
}

static void check_frame(const struct wire_frame *frame, const uint8_t *data, size_t size)
{
    static struct wire_buffer once;
    static struct wire_buffer twice;
    once.len = 0;
    twice.len = 0;
    struct arena arena = {0};
    struct wire_frame again;
    CHECK(wire_encode(frame->code, frame->seq, frame->body, &once) == STATUS_OK);
    CHECK(wire_decode_any(once.data, once.len, &arena, &again) == STATUS_OK);
    CHECK(again.code == frame->code && again.seq == frame->seq);
    CHECK(wire_encode(again.code, again.seq, again.body, &twice) == STATUS_OK);
    CHECK(once.len == twice.len && memcmp(once.data, twice.data, once.len) == 0);
    CHECK(once.len <= size);
    check_library_agrees(&once, data, size);
    arena_clear(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct wire_frame any;
    struct wire_frame request;
    enum status as_any = wire_decode_any(data, size, &arena, &any);
    enum status as_request = wire_decode(data, size, &arena, &request);
    CHECK((as_any == STATUS_OK) == (any.body != NULL));
    CHECK((as_any == STATUS_INVALID_FIELD) == (any.problem.reason != NULL));
    if (any.info != NULL && any.info->kind != WIRE_KIND_REQUEST)
        CHECK(as_request != STATUS_OK);
    if (as_request == STATUS_OK)
        CHECK(as_any == STATUS_OK && request.scope_id == any.scope_id);
    if (as_any == STATUS_OK)
        check_frame(&any, data, size);
    arena_clear(&arena);
    return 0;
}
