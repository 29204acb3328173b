/*
 * identify: who an HTTP request comes from, by its token (cookie or Authorization: Bearer). Goes
 * the same way as sockets do: all that arrive while one lookup is in flight are one statement.
 */
#ifndef OPS_LOGIN_IDENTIFY_H
#define OPS_LOGIN_IDENTIFY_H

#include "ops/ops_env.h"
#include "rules/principal.h"

/* who is NULL unless STATUS_OK; borrowed for the call. STATUS_UNAUTHENTICATED: unknown, over, or
 * the account is disabled. */
typedef void (*identify_fn)(void *ctx, enum status status, const struct principal *who);
/* token: NUL-terminated, as sent. Calls fn once, perhaps before it returns (no token at all). */
void identify(struct ops_env *env, const char *token, identify_fn fn, void *ctx);

#endif
