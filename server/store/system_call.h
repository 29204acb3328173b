/*
 * system_call: statements that run as the system itself (`-- principal: system`), which row-level
 * security lets see the rows of others. For the stores of login and sources.
 */
#ifndef STORE_SYSTEM_CALL_H
#define STORE_SYSTEM_CALL_H

#include "store/store.h"

static inline void write_as_system(struct store *store, enum sql_statement statement,
                                   struct store_args *args, store_rows_fn fn, void *ctx)
{
    store_write_as(store, (struct store_principal){0},
                   (struct store_call){statement, args, fn, ctx});
}

static inline void read_as_system(struct store *store, enum sql_statement statement,
                                  struct store_args *args, store_rows_fn fn, void *ctx)
{
    store_read_as(store, (struct store_principal){0},
                  (struct store_call){statement, args, fn, ctx});
}

#endif
