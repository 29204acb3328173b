/*
 * password: argon2id with 19 MiB and two passes (one hash takes tens of milliseconds, so callers
 * run it outside the loop), and the hash that stands in for a user who does not exist.
 */
#ifndef RULES_PASSWORD_H
#define RULES_PASSWORD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

#define PASSWORD_HASH_MAX 128 /* with the final NUL, as libsodium writes it */
#define PASSWORD_LEN_MIN 10
#define PASSWORD_LEN_MAX 200

/* STATUS_INVALID_FIELD: too short, too long or one repeated character. STATUS_BUSY: no memory. */
MUST_USE enum status password_hash(const char *text, size_t len, char out[PASSWORD_HASH_MAX]);
MUST_USE bool password_matches(const char *hash, const char *text, size_t len);
/* A hash of a random password with today's cost: checked when there is no such user. */
MUST_USE enum status password_decoy(char out[PASSWORD_HASH_MAX]);

#endif
