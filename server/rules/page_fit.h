/*
 * page_fit: how much of a run of messages goes into one frame, so that no answer outgrows what one
 * session may have waiting. The run stays without gaps; at least one message is kept. Pure.
 */
#ifndef RULES_PAGE_FIT_H
#define RULES_PAGE_FIT_H

#include <stdint.h>

#include "wire/wire_schema.h"

#define PAGE_FIT_BYTES (256 * 1024)

/* Keeps the beginning. */
void page_fit_first(struct wire_list_message_view *views, uint32_t max_bytes);
/* Keeps the end. */
void page_fit_last(struct wire_list_message_view *views, uint32_t max_bytes);
/* Keeps what is around this seq, which stays. */
void page_fit_around(struct wire_list_message_view *views, uint64_t seq, uint32_t max_bytes);

#endif
