/*
 * cap_write: public notices as an Atom feed (RFC 4287) whose entries hold OASIS CAP 1.2 messages.
 */
#ifndef WIRE_CAP_WRITE_H
#define WIRE_CAP_WRITE_H

#include "wire/wire.h"

/* Appends one document. */
void cap_write_feed(const struct wire_notice_feed_page *page, struct wire_buffer *out);

#endif
