/*
 * cap_read: an OASIS CAP 1.2 message as the JSON of an injected alert; what the schema says of its
 * fields is checked there (wire_from_json). Bounded in depth, elements and text; a document type,
 * and with it every entity but the five of XML, is refused.
 */
#ifndef WIRE_CAP_READ_H
#define WIRE_CAP_READ_H

#include "wire/wire.h"

#define CAP_NAMESPACE "urn:oasis:names:tc:emergency:cap:1.2"

/*
 * *json is NUL-terminated and freed with free. STATUS_MALFORMED_FRAME: no well-formed CAP 1.2
 * within the bounds. STATUS_INVALID_FIELD: a value that means nothing here; problem names the field
 * of alert_inject.
 */
MUST_USE enum status cap_read(const char *xml, size_t len, char **json,
                              struct wire_problem *problem);

#endif
