/*
 * http_batch: a list of bodies in one request, taken apart: a JSON array, or an object with the one
 * member "alerts"; or a MessagePack array. And the list of what became of each.
 */
#ifndef NET_HTTP_BATCH_H
#define NET_HTTP_BATCH_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "wire/wire.h"

#define HTTP_BATCH_ITEMS_MAX 100

struct http_batch;

/* Copies. STATUS_MALFORMED_FRAME, STATUS_TOO_LARGE (more items than the bound). Freed with
 * http_batch_destroy. */
MUST_USE enum status http_batch_read_json(const uint8_t *bytes, size_t len,
                                          struct http_batch **out);
MUST_USE enum status http_batch_read_msgpack(const uint8_t *bytes, size_t len,
                                             struct http_batch **out);
void http_batch_destroy(struct http_batch *batch);

unsigned http_batch_count(const struct http_batch *batch);
/* The next body, once each, in order, made in the arena. STATUS_CLOSED: that was all. Else as
 * wire_from_json. */
MUST_USE enum status http_batch_next(struct http_batch *batch, enum wire_operation operation,
                                     struct arena *arena, struct wire_body *out);

/* What became of the one last given: an HTTP status and its own answer as JSON text (copied). */
void http_batch_note(struct http_batch *batch, int http_status, const char *member,
                     const char *json);
/* {"results": [{"index": 0, "status": 201, "alert": {…}}, …]}; freed with free. */
char *http_batch_answer(const struct http_batch *batch);

#endif
