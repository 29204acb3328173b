#include <msgpack.h>
#include <string.h>

#include "wire/frame_scan.h"
#include "wire/member.h"
#include "wire/wire.h"

struct reader {
    struct arena *arena;
    struct wire_problem *problem;
};

static bool read_value(struct reader *reader, const struct wire_field_info *field,
                       const msgpack_object *value, uint8_t *at);

static const struct wire_field_info *find_field(const struct wire_struct_info *info, uint64_t id,
                                                uint32_t hint)
{
    /* Canonical frames have their fields in order: the next one is nearly always it. */
    if (hint < info->field_count && info->fields[hint].id == id)
        return &info->fields[hint];
    for (uint32_t i = 0; i < info->field_count; i++) {
        if (info->fields[i].id == id)
            return &info->fields[i];
    }
    return NULL;
}

static bool is_complete(struct reader *reader, const struct wire_struct_info *info,
                        const uint64_t seen[2])
{
    for (uint32_t i = 0; i < info->field_count; i++) {
        const struct wire_field_info *field = &info->fields[i];
        if (!field->optional && (seen[field->id / 64] >> (field->id % 64) & 1) == 0)
            return problem_set(reader->problem, field->name, "is missing");
    }
    return true;
}

/* The scan has seen to it that keys are different integers within FRAME_KEY_MAX. */
static bool read_record(struct reader *reader, const struct wire_struct_info *info,
                        const msgpack_object_map *map, uint8_t *body)
{
    uint64_t seen[2] = {0, 0};
    uint32_t hint = 0;
    for (uint32_t i = 0; i < map->size; i++) {
        uint64_t id = map->ptr[i].key.via.u64;
        const struct wire_field_info *field = find_field(info, id, hint);
        if (field == NULL)
            continue;
        if (!read_value(reader, field, &map->ptr[i].val, body + field->offset))
            return false;
        member_set_present(field, body);
        seen[id / 64] |= UINT64_C(1) << (id % 64);
        hint = (uint32_t)(field - info->fields) + 1;
    }
    return is_complete(reader, info, seen);
}

static bool read_list(struct reader *reader, const struct wire_field_info *field,
                      const msgpack_object_array *array, uint8_t *at)
{
    uint8_t *items;
    const char *reason = member_put_list(field, array->size, reader->arena, at, &items);
    if (reason != NULL)
        return problem_set(reader->problem, field->name, reason);
    struct wire_field_info item = member_item(field);
    item.name = "";
    for (uint32_t i = 0; i < array->size; i++) {
        if (!read_value(reader, &item, &array->ptr[i], items + (size_t)i * field->item_size)) {
            problem_is_within(reader->problem, field->name, (long)i);
            return false;
        }
    }
    return true;
}

static bool read_struct(struct reader *reader, const struct wire_field_info *field,
                        const msgpack_object_map *map, uint8_t *at)
{
    if (read_record(reader, field->record, map, at))
        return true;
    if (field->name[0] != '\0')
        problem_is_within(reader->problem, field->name, -1);
    return false;
}

static const char *read_number(const struct wire_field_info *field, const msgpack_object *value,
                               uint8_t *at)
{
    if (value->type == MSGPACK_OBJECT_NEGATIVE_INTEGER)
        return member_put_number(field, value->via.i64, at);
    if (value->type != MSGPACK_OBJECT_POSITIVE_INTEGER)
        return "must be a whole number";
    if (value->via.u64 > INT64_MAX)
        return "is out of range";
    return member_put_number(field, (int64_t)value->via.u64, at);
}

static const char *read_scalar(const struct wire_field_info *field, const msgpack_object *value,
                               uint8_t *at)
{
    switch (field->type) {
    case WIRE_TYPE_BOOL:
        if (value->type != MSGPACK_OBJECT_BOOLEAN)
            return "must be true or false";
        return member_put_bool(field, value->via.boolean, at);
    case WIRE_TYPE_TEXT:
        if (value->type != MSGPACK_OBJECT_STR)
            return "must be text";
        return member_put_text(field, value->via.str.ptr, value->via.str.size, at);
    case WIRE_TYPE_BIN:
    case WIRE_TYPE_KEY:
        if (value->type != MSGPACK_OBJECT_BIN)
            return "must be bytes";
        return member_put_bytes(field, (const uint8_t *)value->via.bin.ptr, value->via.bin.size,
                                at);
    default:
        return read_number(field, value, at);
    }
}

static bool read_value(struct reader *reader, const struct wire_field_info *field,
                       const msgpack_object *value, uint8_t *at)
{
    const char *reason;
    if (field->type == WIRE_TYPE_LIST) {
        if (value->type == MSGPACK_OBJECT_ARRAY)
            return read_list(reader, field, &value->via.array, at);
        reason = "must be a list";
    } else if (field->type == WIRE_TYPE_STRUCT) {
        if (value->type == MSGPACK_OBJECT_MAP)
            return read_struct(reader, field, &value->via.map, at);
        reason = "must be a record";
    } else {
        reason = read_scalar(field, value, at);
    }
    return reason == NULL || problem_set(reader->problem, field->name, reason);
}

/* Whatever is a thing of ours is named by an id, the first field; the schema check sees to it. */
static uint64_t scope_of(const struct wire_operation_info *info, const uint8_t *body)
{
    uint64_t id = 0;
    if (info->scope >= WIRE_SCOPE_ROOM)
        memcpy(&id, body + info->body->fields[0].offset, sizeof(id));
    return id;
}

static enum status read_body(const struct wire_operation_info *info, const msgpack_object *value,
                             struct arena *arena, struct wire_problem *problem, void **body)
{
    if (value->type != MSGPACK_OBJECT_MAP)
        return STATUS_MALFORMED_FRAME;
    struct reader reader = {.arena = arena, .problem = problem};
    uint8_t *record = arena_alloc(arena, info->body->size);
    if (!read_record(&reader, info->body, &value->via.map, record))
        return STATUS_INVALID_FIELD;
    *body = record;
    return STATUS_OK;
}

/* Requests have a number of their own to be answered by; events have none. */
static bool take_envelope(const msgpack_object *frame, struct wire_frame *out)
{
    if (frame->type != MSGPACK_OBJECT_ARRAY || frame->via.array.size != 3)
        return false;
    const msgpack_object *code = &frame->via.array.ptr[0];
    const msgpack_object *seq = &frame->via.array.ptr[1];
    if (code->type != MSGPACK_OBJECT_POSITIVE_INTEGER ||
        seq->type != MSGPACK_OBJECT_POSITIVE_INTEGER || seq->via.u64 > UINT32_MAX)
        return false;
    out->seq = (uint32_t)seq->via.u64;
    out->info = code->via.u64 <= UINT32_MAX ? wire_info((uint32_t)code->via.u64) : NULL;
    if (out->info != NULL)
        out->code = out->info->code;
    return true;
}

static enum status read_frame(const msgpack_object *frame, bool requests_only, struct arena *arena,
                              struct wire_frame *out)
{
    if (!take_envelope(frame, out))
        return STATUS_MALFORMED_FRAME;
    if (out->info == NULL || (requests_only && out->info->kind != WIRE_KIND_REQUEST))
        return STATUS_UNKNOWN_OPERATION;
    bool is_event = out->info->kind == WIRE_KIND_EVENT;
    /* An error may answer a frame whose number could not be read. */
    if (is_event != (out->seq == 0) && out->code != WIRE_ERROR)
        return STATUS_MALFORMED_FRAME;
    enum status status =
        read_body(out->info, &frame->via.array.ptr[2], arena, &out->problem, &out->body);
    if (status == STATUS_OK)
        out->scope_id = scope_of(out->info, out->body);
    return status;
}

/* After the scan the library can only fail for want of memory. */
static enum status unpack(const uint8_t *bytes, size_t len, msgpack_unpacked *unpacked)
{
    size_t used = 0;
    msgpack_unpack_return result = msgpack_unpack_next(unpacked, (const char *)bytes, len, &used);
    if (result == MSGPACK_UNPACK_NOMEM_ERROR)
        return STATUS_BUSY;
    if (result != MSGPACK_UNPACK_SUCCESS || used != len)
        return STATUS_MALFORMED_FRAME;
    return STATUS_OK;
}

static enum status decode(const uint8_t *frame, size_t len, bool requests_only, struct arena *arena,
                          struct wire_frame *out)
{
    *out = (struct wire_frame){0};
    const struct frame_limits *limits = requests_only ? &frame_limits_request : &frame_limits_reply;
    enum status status = frame_scan(frame, len, limits, NULL);
    if (status != STATUS_OK)
        return status;
    msgpack_unpacked unpacked;
    msgpack_unpacked_init(&unpacked);
    status = unpack(frame, len, &unpacked);
    if (status == STATUS_OK)
        status = read_frame(&unpacked.data, requests_only, arena, out);
    msgpack_unpacked_destroy(&unpacked);
    return status;
}

enum status wire_decode(const uint8_t *frame, size_t len, struct arena *arena,
                        struct wire_frame *out)
{
    return decode(frame, len, true, arena, out);
}

enum status wire_decode_any(const uint8_t *frame, size_t len, struct arena *arena,
                            struct wire_frame *out)
{
    return decode(frame, len, false, arena, out);
}

enum status wire_decode_body(enum wire_operation code, const uint8_t *bytes, size_t len,
                             struct arena *arena, struct wire_body *out)
{
    *out = (struct wire_body){0};
    const struct wire_operation_info *info = wire_info((uint32_t)code);
    if (info == NULL)
        return STATUS_UNKNOWN_OPERATION;
    enum status status = frame_scan(bytes, len, &frame_limits_request, NULL);
    if (status != STATUS_OK)
        return status;
    msgpack_unpacked unpacked;
    msgpack_unpacked_init(&unpacked);
    status = unpack(bytes, len, &unpacked);
    if (status == STATUS_OK)
        status = read_body(info, &unpacked.data, arena, &out->problem, &out->value);
    msgpack_unpacked_destroy(&unpacked);
    return status;
}
