/*
 * wire_types: what the generated structs are made of.
 * Texts, bytes and items are borrowed: decoded ones live as long as the frame and the arena that
 * were given to the decoder; for encoding they need to live for the call only.
 */
#ifndef WIRE_TYPES_H
#define WIRE_TYPES_H

#include <stdbool.h>
#include <stdint.h>

#define WIRE_KEY_BYTES 16
/* Ids and times stay where every JavaScript number is exact. */
#define WIRE_ID_MAX    ((UINT64_C(1) << 53) - 1)
#define WIRE_TIME_MAX  ((INT64_C(1) << 53) - 1)

/* UTF-8, not NUL-terminated. */
struct wire_text {
    const char *data;
    uint32_t len;
};

struct wire_bytes {
    const uint8_t *data;
    uint32_t len;
};

struct wire_list_id {
    uint32_t count;
    uint64_t *items;
};

struct wire_list_text {
    uint32_t count;
    struct wire_text *items;
};

#endif
