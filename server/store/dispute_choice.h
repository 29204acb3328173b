/*
 * dispute_choice: what somebody chooses from when she moves a dispute: people, other disputes. Who
 * may ask was decided before. Pages live for the callback and are NULL unless status is OK.
 */
#ifndef STORE_DISPUTE_CHOICE_H
#define STORE_DISPUTE_CHOICE_H

#include "store/store.h"
#include "wire/wire_schema.h"

#define DISPUTE_ASSIGNABLE_MAX 50
#define DISPUTE_ALIKE_MAX      20

typedef void (*dispute_assignable_fn)(void *ctx, enum status status,
                                      const struct wire_dispute_assignable_page *page);
void dispute_choice_assignable(struct store *store, const struct wire_dispute_assignable *ask,
                               dispute_assignable_fn fn, void *ctx);

typedef void (*dispute_alike_fn)(void *ctx, enum status status,
                                 const struct wire_dispute_alike_page *page);
void dispute_choice_alike(struct store *store, const struct wire_dispute_alike *ask,
                          dispute_alike_fn fn, void *ctx);

#endif
