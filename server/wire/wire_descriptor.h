/*
 * wire_descriptor: what the codecs know of a message: tables made by proto/generate, read only.
 */
#ifndef WIRE_DESCRIPTOR_H
#define WIRE_DESCRIPTOR_H

#include <stddef.h>

#include "wire/wire_schema.h"

enum wire_type {
    WIRE_TYPE_ID = 1,
    WIRE_TYPE_INT,
    WIRE_TYPE_TIME,
    WIRE_TYPE_BOOL,
    WIRE_TYPE_TEXT,
    WIRE_TYPE_BIN,
    WIRE_TYPE_KEY,
    WIRE_TYPE_ENUM,
    WIRE_TYPE_STRUCT,
    WIRE_TYPE_LIST,
};

enum wire_kind { WIRE_KIND_REQUEST = 1, WIRE_KIND_REPLY, WIRE_KIND_EVENT };
enum wire_door { WIRE_DOOR_SOCKET = 1, WIRE_DOOR_HTTP };
enum wire_lane { WIRE_LANE_NORMAL = 1, WIRE_LANE_URGENT };

struct wire_enum_info {
    const char *name;
    uint32_t top;             /* the largest value */
    const char *const *names; /* by value; NULL where there is none */
};

struct wire_struct_info;

struct wire_field_info {
    uint8_t id;
    uint8_t type;      /* enum wire_type */
    uint8_t item_type; /* of a list */
    bool optional;
    uint16_t offset;
    uint16_t has_offset; /* of the bool, when optional */
    uint16_t item_size;
    uint32_t max;      /* int: value; text: code points; bin: bytes; list: items */
    uint32_t item_max; /* of the texts of a list */
    const char *name;
    const struct wire_enum_info *enumeration; /* of an enum or a list of them */
    const struct wire_struct_info *record;    /* of a struct or a list of them */
};

struct wire_struct_info {
    const char *name;
    uint32_t size;
    uint32_t field_count;
    const struct wire_field_info *fields; /* ascending by id */
};

struct wire_operation_info {
    enum wire_operation code; /* 0: there is no such operation */
    const char *name;
    enum wire_kind kind;
    enum wire_door door;
    enum wire_scope scope;     /* requests: named by the first field, where it is one */
    enum wire_operation reply; /* requests: what answers when it was done */
    enum wire_lane lane;
    bool hot;           /* sent to many: worth encoding once */
    const char *method; /* HTTP doors only, else NULL */
    const char *path;   /* may hold {field} segments */
    const struct wire_struct_info *body;
};

struct wire_error_info {
    int code;
    int http_status;
    const char *name;
    const char *zh;
    const char *en;
};

extern const struct wire_operation_info wire_operations[];
extern const struct wire_error_info wire_errors[];

#endif
