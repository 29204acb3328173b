/*
 * wire: frames and JSON bodies to the structs of wire_schema.h and back.
 * A frame is the MessagePack array [code, seq, body]. Everything from outside is scanned first
 * (frame_scan.h), then unpacked, then checked field by field against the schema.
 */
#ifndef WIRE_WIRE_H
#define WIRE_WIRE_H

#include "base/mem.h"
#include "base/status.h"
#include "wire/wire_buffer.h"
#include "wire/wire_descriptor.h"
#include "wire/wire_schema.h"

#define WIRE_PROBLEM_FIELD_MAX 64

/* What was wrong, for the peer: field is a path of names ("references[2].sender"), may be "". */
struct wire_problem {
    char field[WIRE_PROBLEM_FIELD_MAX + 1];
    const char *reason; /* static, English; NULL when nothing was wrong */
};

/* A body that came without envelope. */
struct wire_body {
    void *value; /* struct wire_<operation>, in the arena; NULL unless STATUS_OK */
    struct wire_problem problem;
};

struct wire_frame {
    enum wire_operation code;
    uint32_t seq;
    const struct wire_operation_info *info; /* borrowed for ever; NULL when unknown */
    void *body;        /* struct wire_<operation>, in the arena; NULL unless STATUS_OK */
    uint64_t scope_id; /* the room, account or alert the request is about; else 0 */
    struct wire_problem problem;
};

/* NULL when there is no such operation. */
const struct wire_operation_info *wire_info(uint32_t code);
/* By its name in the schema; NULL when there is none. */
const struct wire_operation_info *wire_info_by_name(const char *name);
/* The row of errors.toml; "internal" for a code that is not in it. */
const struct wire_error_info *wire_error_info(int code);
/* The lower-case name of a value, or NULL; e.g. wire_enum_value_name(&wire_enum_role, 7). */
const char *wire_enum_value_name(const struct wire_enum_info *info, uint32_t value);
/* The value of a name that need not be NUL-terminated; 0 when there is none. */
uint32_t wire_enum_value(const struct wire_enum_info *info, const char *name, size_t len);

/*
 * Reads a request within frame_limits_request. Texts point into the frame, all else is in the
 * arena. On failure `out` still says what is known, so that the error can name it: code and info
 * (else 0 and NULL), seq (else 0), and for STATUS_INVALID_FIELD the field.
 * STATUS_MALFORMED_FRAME, STATUS_TOO_LARGE, STATUS_UNKNOWN_OPERATION (also: not a request),
 * STATUS_INVALID_FIELD.
 */
MUST_USE enum status wire_decode(const uint8_t *frame, size_t len, struct arena *arena,
                                 struct wire_frame *out);
/* The same for any message, within frame_limits_reply: for programs that talk to a server. */
MUST_USE enum status wire_decode_any(const uint8_t *frame, size_t len, struct arena *arena,
                                     struct wire_frame *out);
/* A body alone, without envelope (the signed door takes it as application/msgpack). */
MUST_USE enum status wire_decode_body(enum wire_operation code, const uint8_t *bytes, size_t len,
                                      struct arena *arena, struct wire_body *out);

/*
 * Appends one canonical frame to out; seq 0 for events. STATUS_INTERNAL when the body breaks the
 * schema (our mistake; logged with the field), then out is as before.
 */
MUST_USE enum status wire_encode(enum wire_operation code, uint32_t seq, const void *body,
                                 struct wire_buffer *out);

/*
 * A body as JSON: members by field name, enums by name, ids and times as numbers, keys and
 * binaries as base64url without padding. Unknown members are skipped, null is the same as absent.
 * Everything is copied into the arena. STATUS_MALFORMED_FRAME, STATUS_TOO_LARGE (over
 * WIRE_JSON_BYTES_MAX), STATUS_UNKNOWN_OPERATION, STATUS_INVALID_FIELD.
 */
#define WIRE_JSON_BYTES_MAX 65536u
MUST_USE enum status wire_from_json(enum wire_operation code, const char *json, size_t len,
                                    struct arena *arena, struct wire_body *out);
/* Appends the body as one JSON object. STATUS_INTERNAL as with wire_encode. */
MUST_USE enum status wire_to_json(enum wire_operation code, const void *body,
                                  struct wire_buffer *out);

/* A NUL-terminated string as text; NULL is the empty text. */
struct wire_text wire_text_of(const char *string);
bool wire_text_equals(struct wire_text text, const char *string);

#endif
