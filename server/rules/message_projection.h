/*
 * message_projection: what of a message somebody sees. The one way a message leaves the store,
 * whatever the exit: push, history, search, resume, log.
 */
#ifndef RULES_MESSAGE_PROJECTION_H
#define RULES_MESSAGE_PROJECTION_H

#include <stdint.h>

#include "wire/wire_schema.h"

/* Takes away, in place, what this viewer may not have: text, media and quote of what was recalled,
 * hidden or purged; the reason of anything that was not hidden; the client_key of others. viewer 0
 * stands for bytes that are shared between people: nobody's own things are in them. */
void message_project(struct wire_message_view *view, uint64_t viewer_id);
void message_project_list(struct wire_list_message_view *views, uint64_t viewer_id);

#endif
