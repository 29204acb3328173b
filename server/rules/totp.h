/*
 * totp: time-based one-time codes (RFC 6238: HMAC-SHA-1, 30 s, six digits), the second factor of
 * staff. A code is good in its own step and the one before and after, and once only: the caller
 * keeps the step of the last accepted code.
 */
#ifndef RULES_TOTP_H
#define RULES_TOTP_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

#define TOTP_SECRET_BYTES 20
#define TOTP_SECRET_CHARS 32 /* base32 */
#define TOTP_DIGITS 6
#define TOTP_STEP_MS 30000
#define TOTP_URI_MAX 320

void totp_secret_make(uint8_t secret[TOTP_SECRET_BYTES]);
/* Base32 for authenticator apps, NUL-terminated. */
void totp_secret_text(const uint8_t secret[TOTP_SECRET_BYTES], char out[TOTP_SECRET_CHARS + 1]);
/* otpauth://totp/… for a QR code. issuer and username are percent-encoded here. */
MUST_USE enum status totp_uri(const uint8_t secret[TOTP_SECRET_BYTES], const char *issuer,
                              const char *username, char out[TOTP_URI_MAX]);

/* The code of one step, NUL-terminated. */
void totp_code(const uint8_t secret[TOTP_SECRET_BYTES], int64_t step, char out[TOTP_DIGITS + 1]);
/* What is kept of somebody's second factor. */
struct totp_state {
    const uint8_t *secret; /* TOTP_SECRET_BYTES; borrowed */
    int64_t last_step;     /* of the last accepted code; 0: none yet */
};
/*
 * STATUS_OK: *step is the step to keep as the last one. STATUS_REPLAYED: right, but not newer than
 * last_step. STATUS_WRONG_CODE: otherwise.
 */
MUST_USE enum status totp_check(const struct totp_state *state, const char *code, size_t len,
                                int64_t now_ms, int64_t *step);

#endif
