/*
 * inject_signature: who sent an injected alert. Standard Webhooks, asymmetric form:
 *   webhook-id: <nonce>   webhook-timestamp: <seconds>
 *   webhook-signature: v1a,<base64 of the Ed25519 signature of "id.timestamp.body">[ v1a,…]
 * Keys as text: "whpk_" and "whsk_" with base64 of 32 bytes (the secret one is the seed).
 */
#ifndef RULES_INJECT_SIGNATURE_H
#define RULES_INJECT_SIGNATURE_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

#define INJECT_KEY_BYTES 32
#define INJECT_KEY_TEXT 49       /* prefix 5 + base64 44, then NUL: give INJECT_KEY_TEXT + 1 */
#define INJECT_SIGNATURE_TEXT 92 /* "v1a," + base64 88, then NUL */
#define INJECT_SIGNATURES_MAX 4  /* in one header, while a source changes its key */
#define INJECT_ID_LEN_MAX 80
#define INJECT_WINDOW_MS 120000
#define INJECT_NONCE_KEPT_MS 600000

struct inject_request {
    const char *id; /* borrowed, as are the others; NUL-terminated header values */
    const char *timestamp;
    const char *signature;
    const uint8_t *body; /* borrowed */
    size_t body_len;
};

/*
 * The time window alone, and the nonce's form. STATUS_STALE_TIMESTAMP, STATUS_INVALID_SIGNATURE
 * for headers that are missing or malformed; *sent_ms is the time the source says.
 */
MUST_USE enum status inject_signature_window(const struct inject_request *request, int64_t now_ms,
                                             int64_t *sent_ms);
/* STATUS_INVALID_SIGNATURE unless one signature of the header fits the key. */
MUST_USE enum status inject_signature_check(const struct inject_request *request,
                                            const uint8_t public_key[INJECT_KEY_BYTES]);

/* For hallctl and tests: a new pair as text, and a signature header for a request. */
void inject_key_make(char secret_text[INJECT_KEY_TEXT + 1], char public_text[INJECT_KEY_TEXT + 1],
                     uint8_t public_key[INJECT_KEY_BYTES]);
/* Reads "whpk_…" (or bare base64). STATUS_INVALID_FIELD: not a key. */
MUST_USE enum status inject_key_read_public(const char *text, uint8_t out[INJECT_KEY_BYTES]);
/* request->signature is not read. STATUS_INVALID_FIELD: not a secret key. */
MUST_USE enum status inject_signature_make(const struct inject_request *request,
                                           const char *secret_text,
                                           char out[INJECT_SIGNATURE_TEXT + 1]);

#endif
