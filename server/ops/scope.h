/*
 * scope: what must be known of a thing before somebody may do something with it. Each function
 * fills call->facts and ends in one dispatch_decide. What is not there and what is not hers give
 * the same answer.
 */
#ifndef OPS_SCOPE_H
#define OPS_SCOPE_H

#include "ops/call.h"

/* The room named by the request. */
void scope_room(struct call *call);
/* The same, where the statement itself demands that the thing is her own. */
void scope_room_own(struct call *call);
/* The room, and whether the person named by member_mute is she herself. */
void scope_room_member(struct call *call);
/* Everything that is hers to see: the statement that follows decides by her roles what that is. */
void scope_hers(struct call *call);
/* The place named by address_verify. */
void scope_address(struct call *call);
/* The person named by account_read, and whether it says why. */
void scope_account_read(struct call *call);

#endif
