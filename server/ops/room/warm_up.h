/*
 * warm_up: a room that nobody here was in is cold: its head is not known. Warming reads its newest
 * page once, however many wait for it, and lays it into the hub's ring.
 */
#ifndef OPS_ROOM_WARM_UP_H
#define OPS_ROOM_WARM_UP_H

#include "base/status.h"
#include "ops/ops_env.h"

struct room_warmings;
struct room_warmings *room_warmings_create(void);
void room_warmings_destroy(struct room_warmings *warmings);

bool room_is_warm(const struct ops_env *env, uint64_t room_id);

/* The room must have been joined by whoever asks, so that nothing published meanwhile is missed.
 * STATUS_OK: its head is known now. fn comes later, from the loop. */
typedef void (*room_warm_fn)(void *ctx, enum status status);
void room_warm_up(struct ops_env *env, uint64_t room_id, room_warm_fn fn, void *ctx);

#endif
