/*
 * room_view: a room as one of its members sees it.
 */
#ifndef OPS_ROOM_ROOM_VIEW_H
#define OPS_ROOM_ROOM_VIEW_H

#include "ops/ops_env.h"
#include "rules/principal.h"
#include "store/room_store.h"

/* Texts are borrowed from the membership. */
struct wire_room_view room_view_of(const struct ops_env *env, const struct principal *who,
                                   const struct room_membership *membership, int64_t now_ms);

#endif
