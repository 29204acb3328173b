/*
 * markup: words and moments inside HTML and XML. Pure.
 */
#ifndef WIRE_MARKUP_H
#define WIRE_MARKUP_H

#include <stdint.h>
#include <time.h>

#include "wire/wire_buffer.h"
#include "wire/wire_types.h"

/* Appends a text that stands between tags or between quotes: nothing in it is markup there.
   Control characters, which XML cannot hold, vanish. */
void markup_add_text(struct wire_buffer *out, struct wire_text text);

/* A moment in the time of the place (+08:00). */
struct tm markup_local_time(int64_t ms);

#endif
