/*
 * operations: the handlers, one per request of the schema, each in a file of its own:
 * op_<subject>_<verb> in <subject>/<verb>.c. The command table calls them, nobody else.
 */
#ifndef OPS_OPERATIONS_H
#define OPS_OPERATIONS_H

#include "ops/call.h"

#define OPS_DECLARE(code, name) void op_##name(struct call *call);
WIRE_EACH_REQUEST(OPS_DECLARE)
#undef OPS_DECLARE

#endif
