/*
 * sealed: columns that hold a text only our key opens, as arguments and as rows.
 */
#ifndef STORE_SEALED_H
#define STORE_SEALED_H

#include "base/mem.h"
#include "rules/secret.h"
#include "store/store_args.h"
#include "wire/wire_types.h"

/* NULL when the text is empty or cannot be sealed. */
void sealed_put(struct store_args *args, const struct secret_ring *ring, enum secret_seal_use use,
                struct wire_text plain);

/* A sealed column in clear, in the arena; empty when it is NULL or was sealed with another key. */
struct wire_text sealed_open(const struct secret_ring *ring, enum secret_seal_use use,
                             struct wire_bytes sealed, struct arena *arena);

#endif
