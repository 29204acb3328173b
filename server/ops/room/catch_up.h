/*
 * catch_up: reads messages from the database that this node did not publish itself (another node's,
 * or those whose answer was lost with the link) and publishes them in order.
 */
#ifndef OPS_ROOM_CATCH_UP_H
#define OPS_ROOM_CATCH_UP_H

#include "ops/ops_env.h"

/* A message with this seq is in the database. It may be on its way to this node's rooms; if it does
 * not come soon the hub asks for it. */
void room_expect(struct ops_env *env, uint64_t room_id, uint64_t seq);
/* Reads at once everything after what this node has shown, up to upto_seq. Does nothing when nobody
 * is here or when it was shown. */
void room_catch_up(struct ops_env *env, uint64_t room_id, uint64_t upto_seq);
/* Exactly these. The hub leaves out what it has shown. */
void room_read_range(struct ops_env *env, uint64_t room_id, uint64_t from_seq, uint64_t to_seq);
/* Asks the database how far all rooms with somebody in them have come, and expects that. */
void room_check_heads(struct ops_env *env);

#endif
