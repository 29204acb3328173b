/*
 * revocation_feed: the one road on which take-downs (recalled and hidden messages, pictures,
 * notices) reach people and rings, whoever made them and on whichever node: the journal is read on
 * from where this node stands, and each room is told.
 */
#ifndef OPS_REVOCATION_FEED_H
#define OPS_REVOCATION_FEED_H

#include "ops/ops_env.h"
#include "store/revocation_store.h"

/* At start and after every loss of the database: epoch and end of the journal. */
void revocation_feed_open(struct ops_env *env);
/* What a read of the state says. */
void revocation_feed_learn(struct ops_env *env, const struct journal_state *state);
/* Once a second: what was told before the last second has been sent. A pong names no more than
 * that, because in one turn of the loop it would overtake what its rooms were told. */
void revocation_feed_settle(struct ops_env *env);
/* The journal grew, or may have. */
void revocation_feed_read(struct ops_env *env);

#endif
