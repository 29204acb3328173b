#include "net/http_batch.h"

#include <jansson.h>
#include <msgpack.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "wire/frame_scan.h"

#define BATCH_BYTES_MAX (512u * 1024)
#define BATCH_OBJECTS_MAX 65536u

struct http_batch {
    json_t *items;  /* owned; NULL for MessagePack */
    uint8_t *bytes; /* owned copy of a MessagePack array; NULL for JSON */
    size_t len;
    size_t at;      /* where the next MessagePack item begins */
    unsigned count;
    unsigned given;
    json_t *results; /* owned array */
};

static struct http_batch *batch_create(unsigned count)
{
    struct http_batch *batch = mem_alloc(sizeof(*batch));
    batch->count = count;
    batch->results = json_array();
    return batch;
}

void http_batch_destroy(struct http_batch *batch)
{
    json_decref(batch->items);
    json_decref(batch->results);
    mem_free(batch->bytes);
    mem_free(batch);
}

enum status http_batch_read_json(const uint8_t *bytes, size_t len, struct http_batch **out)
{
    if (len > BATCH_BYTES_MAX)
        return STATUS_TOO_LARGE;
    json_t *root = json_loadb((const char *)bytes, len, JSON_REJECT_DUPLICATES, NULL);
    json_t *items = json_is_object(root) ? json_object_get(root, "alerts") : root;
    size_t count = json_array_size(items);
    if (!json_is_array(items) || count == 0) {
        json_decref(root);
        return STATUS_MALFORMED_FRAME;
    }
    if (count > HTTP_BATCH_ITEMS_MAX) {
        json_decref(root);
        return STATUS_TOO_LARGE;
    }
    struct http_batch *batch = batch_create((unsigned)count);
    batch->items = json_incref(items);
    json_decref(root);
    *out = batch;
    return STATUS_OK;
}

/* The head of a MessagePack array: how many items, and how many bytes it takes itself. */
static bool read_head(const uint8_t *bytes, size_t len, size_t *count, size_t *head_len)
{
    if (len >= 1 && (bytes[0] & 0xf0) == 0x90) {
        *count = bytes[0] & 0x0f;
        *head_len = 1;
        return true;
    }
    if (len >= 3 && bytes[0] == 0xdc) {
        *count = ((size_t)bytes[1] << 8) | bytes[2];
        *head_len = 3;
        return true;
    }
    return false;
}

enum status http_batch_read_msgpack(const uint8_t *bytes, size_t len, struct http_batch **out)
{
    static const struct frame_limits limits = {BATCH_BYTES_MAX, BATCH_OBJECTS_MAX, FRAME_DEPTH_MAX};
    size_t count;
    size_t head_len;
    enum status status = frame_scan(bytes, len, &limits, NULL);
    if (status != STATUS_OK)
        return status;
    if (!read_head(bytes, len, &count, &head_len) || count == 0)
        return STATUS_MALFORMED_FRAME;
    if (count > HTTP_BATCH_ITEMS_MAX)
        return STATUS_TOO_LARGE;
    struct http_batch *batch = batch_create((unsigned)count);
    batch->bytes = mem_alloc(len);
    memcpy(batch->bytes, bytes, len);
    batch->len = len;
    batch->at = head_len;
    *out = batch;
    return STATUS_OK;
}

unsigned http_batch_count(const struct http_batch *batch)
{
    return batch->count;
}

static enum status next_json(struct http_batch *batch, enum wire_operation operation,
                             struct arena *arena, struct wire_body *out)
{
    char *text = json_dumps(json_array_get(batch->items, batch->given - 1),
                            JSON_COMPACT | JSON_ENCODE_ANY);
    if (text == NULL)
        return STATUS_MALFORMED_FRAME;
    enum status status = wire_from_json(operation, text, strlen(text), arena, out);
    free(text);
    return status;
}

/* The whole was scanned, so msgpack-c may look for the end of this item. */
static enum status next_msgpack(struct http_batch *batch, enum wire_operation operation,
                                struct arena *arena, struct wire_body *out)
{
    msgpack_unpacked item;
    size_t end = batch->at;
    msgpack_unpacked_init(&item);
    msgpack_unpack_return result =
        msgpack_unpack_next(&item, (const char *)batch->bytes, batch->len, &end);
    msgpack_unpacked_destroy(&item);
    if (result != MSGPACK_UNPACK_SUCCESS && result != MSGPACK_UNPACK_EXTRA_BYTES)
        return STATUS_MALFORMED_FRAME;
    size_t item_len = end - batch->at;
    uint8_t *copy = arena_alloc(arena, item_len);
    memcpy(copy, batch->bytes + batch->at, item_len);
    batch->at = end;
    return wire_decode_body(operation, copy, item_len, arena, out);
}

enum status http_batch_next(struct http_batch *batch, enum wire_operation operation,
                            struct arena *arena, struct wire_body *out)
{
    if (batch->given == batch->count)
        return STATUS_CLOSED;
    batch->given++;
    return batch->items != NULL ? next_json(batch, operation, arena, out)
                                : next_msgpack(batch, operation, arena, out);
}

void http_batch_note(struct http_batch *batch, int http_status, const char *member,
                     const char *json)
{
    json_t *result = json_object();
    json_object_set_new(result, "index", json_integer((json_int_t)batch->given - 1));
    json_object_set_new(result, "status", json_integer(http_status));
    json_object_set_new(result, member, json_loads(json, 0, NULL));
    json_array_append_new(batch->results, result);
}

char *http_batch_answer(const struct http_batch *batch)
{
    json_t *answer = json_pack("{s:O}", "results", batch->results);
    char *text = json_dumps(answer, JSON_COMPACT);
    json_decref(answer);
    if (text == NULL)
        abort(); /* no memory */
    return text;
}
