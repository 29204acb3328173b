/*
 * dispute_scope: what the permission needs to know of a dispute: where it is, whether it was given
 * to the caller, whether she reported it; of a report: where it is about, and who wrote the message
 * it is made from.
 */
#ifndef OPS_DISPUTE_DISPUTE_SCOPE_H
#define OPS_DISPUTE_DISPUTE_SCOPE_H

#include "ops/call.h"

/* The dispute named by the request. */
void dispute_scope(struct call *call);
/* The same; the words of dispute_read's reason are recorded with the reading. */
void dispute_scope_read(struct call *call);
/* The same for dispute_lower and dispute_approve: that there are two is a condition of what
 * follows. */
void dispute_scope_two(struct call *call);
/* The place and the message named by dispute_submit. */
void dispute_scope_submit(struct call *call);

/* Making a dispute of a message needs a permission of its own. */
enum permission dispute_also_convert(const void *body);

#endif
