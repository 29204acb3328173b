/*
 * secret: everything that needs the installation's key, and tokens that need none.
 * One master key of 32 random bytes stands in a file of mode 0600 (setting `key_file`, made by
 * `hallctl key create`). Every use has its own subkey (crypto_kdf), so that a phone's hash can
 * never be taken for a seal. The ring of subkeys lies in locked memory and is owned by app.
 */
#ifndef RULES_SECRET_H
#define RULES_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

#define SECRET_HASH_BYTES 32
#define SECRET_TOKEN_BYTES 32
#define SECRET_TOKEN_CHARS 43 /* base64url without padding */
#define SECRET_CODE_DIGITS 6
#define SECRET_SEAL_EXTRA 41      /* version 1, nonce 24, authenticator 16 */
#define SECRET_SEAL_PLAIN_MAX 512 /* names, numbers and TOTP secrets are all short */

struct secret_ring; /* opaque; made and freed here */

enum secret_seal_use { SECRET_SEAL_PHONE = 1, SECRET_SEAL_LEGAL_NAME, SECRET_SEAL_TOTP };

/* Once per process, before anything else here. STATUS_INTERNAL: there is no random source. */
MUST_USE enum status secret_init(void);

/* Makes the key file (mode 0600). STATUS_CONFLICT: it exists; STATUS_UNAVAILABLE: no writing. */
MUST_USE enum status secret_key_create(const char *path);
/* STATUS_NOT_FOUND: no such file; STATUS_INVALID_FIELD: not a key, or others may read it. */
MUST_USE enum status secret_ring_open(const char *path, struct secret_ring **out);
void secret_ring_close(struct secret_ring *ring);

/* A new token as text (NUL-terminated) and the hash that is kept of it. */
void secret_token_make(char text[SECRET_TOKEN_CHARS + 1], uint8_t hash[SECRET_HASH_BYTES]);
/* The hash of a token somebody shows. False: it cannot be one of ours. */
MUST_USE bool secret_token_hash(const char *text, size_t len, uint8_t hash[SECRET_HASH_BYTES]);

/* The keyed hash under which a phone is found; `e164` as phone_normalise wrote it. */
void secret_phone_hash(const struct secret_ring *ring, const char *e164,
                       uint8_t hash[SECRET_HASH_BYTES]);
/* The keyed hash of a caller's address, for limits kept in the database. */
void secret_address_hash(const struct secret_ring *ring, const char *address,
                         uint8_t hash[SECRET_HASH_BYTES]);

/* A login code of six random digits, NUL-terminated. */
void secret_code_make(char code[SECRET_CODE_DIGITS + 1]);
/* A code is kept only as this hash, bound to the phone it was sent to. */
void secret_code_hash(const struct secret_ring *ring, const uint8_t phone_hash[SECRET_HASH_BYTES],
                      const char *code, size_t len, uint8_t hash[SECRET_HASH_BYTES]);

/* Seals into out, which has room for len + SECRET_SEAL_EXTRA. STATUS_TOO_LARGE beyond the bound. */
MUST_USE enum status secret_seal(const struct secret_ring *ring, enum secret_seal_use use,
                                 const void *plain, size_t len, uint8_t *out);
/* Opens into out, which has room for len - SECRET_SEAL_EXTRA. STATUS_INVALID_FIELD: not ours. */
MUST_USE enum status secret_unseal(const struct secret_ring *ring, enum secret_seal_use use,
                                   const uint8_t *sealed, size_t len, uint8_t *out);

/* A number of an object that leads nowhere: 48 random bits, so it stays below 2^53. Never 0. */
uint64_t secret_draw_id(void);
/* Plain BLAKE2b-256, e.g. of a request body, to tell a repeat from other content. */
void secret_digest(const void *bytes, size_t len, uint8_t hash[SECRET_HASH_BYTES]);
/* Compares without telling by its time where the difference is. */
MUST_USE bool secret_equal(const void *a, const void *b, size_t len);
/* Overwrites memory that held a secret; never optimised away. */
void secret_wipe(void *memory, size_t len);

#endif
