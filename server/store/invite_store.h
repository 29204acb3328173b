/*
 * invite_store: what a join code leads to.
 */
#ifndef STORE_INVITE_STORE_H
#define STORE_INVITE_STORE_H

#include "store/store.h"
#include "wire/wire_schema.h"

#define INVITE_OFFICERS_MAX 3

/* Texts live for the callback. STATUS_NOT_FOUND: the code opens nothing. */
typedef void (*invite_read_fn)(void *ctx, enum status status,
                               const struct wire_invite_shown *shown);
void invite_store_read(struct store *store, struct wire_text code, invite_read_fn fn, void *ctx);

#endif
