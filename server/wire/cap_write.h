/*
 * cap_write: public notices as an Atom feed (RFC 4287) whose entries hold OASIS CAP 1.2 messages.
 */
#ifndef WIRE_CAP_WRITE_H
#define WIRE_CAP_WRITE_H

#include "wire/wire.h"

/* Withdrawn or expired: readable still, no longer in force. */
bool cap_notice_has_ended(const struct wire_public_notice *notice);

/* Appends one document. */
void cap_write_feed(const struct wire_notice_feed_page *page, struct wire_buffer *out);

#endif
