/*
 * command_table: one row per operation, wherever it comes in. The compiler asks for the row.
 */
#ifndef OPS_COMMAND_TABLE_H
#define OPS_COMMAND_TABLE_H

#include "ops/call.h"

/* Finds out what the permission needs to know (call->facts), then calls dispatch_decide exactly
 * once, from here or later from the loop. */
typedef void (*scope_fn)(struct call *call);
typedef void (*handler_fn)(struct call *call);
/* A further permission that depends on what is asked; PERM_NONE: none. */
typedef enum permission (*also_fn)(const void *body);

struct command {
    enum wire_operation code;
    enum permission permission;
    uint16_t cost;       /* units of the throttle; a plain read is 1 */
    scope_fn scope;      /* NULL: nothing needs to be known */
    handler_fn handler;
    also_fn also;        /* NULL: nothing else is needed */
};

/* NULL: not a request. */
const struct command *command_find(enum wire_operation code);
unsigned command_count(void);
const struct command *command_at(unsigned index);

#endif
