#include "rules/secret.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ID_BITS 48

#define KEY_TEXT_CHARS 43 /* base64url of 32 bytes */
#define SEAL_VERSION 1

static_assert(SECRET_SEAL_EXTRA ==
                  1 + crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES,
              "a seal is version, nonce, authenticator, text");

/* Every use has a number of its own; a number is never given to another use. */
enum subkey {
    SUBKEY_SEAL_PHONE = SECRET_SEAL_PHONE,
    SUBKEY_SEAL_LEGAL_NAME = SECRET_SEAL_LEGAL_NAME,
    SUBKEY_SEAL_TOTP = SECRET_SEAL_TOTP,
    SUBKEY_PHONE_HASH,
    SUBKEY_CODE_HASH,
    SUBKEY_ADDRESS_HASH,
    SUBKEY_COUNT,
};

struct secret_ring {
    uint8_t subkey[SUBKEY_COUNT][crypto_kdf_KEYBYTES]; /* written by secret_ring_open only */
};

enum status secret_init(void)
{
    return sodium_init() < 0 ? STATUS_INTERNAL : STATUS_OK;
}

enum status secret_key_create(const char *path)
{
    uint8_t key[crypto_kdf_KEYBYTES];
    char text[KEY_TEXT_CHARS + 2];
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0)
        return errno == EEXIST ? STATUS_CONFLICT : STATUS_UNAVAILABLE;
    crypto_kdf_keygen(key);
    sodium_bin2base64(text, KEY_TEXT_CHARS + 1, key, sizeof(key),
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    text[KEY_TEXT_CHARS] = '\n';
    ssize_t written = write(file, text, KEY_TEXT_CHARS + 1);
    bool kept = written == KEY_TEXT_CHARS + 1 && fsync(file) == 0;
    sodium_memzero(key, sizeof(key));
    sodium_memzero(text, sizeof(text));
    if (close(file) != 0 || !kept) {
        unlink(path);
        return STATUS_UNAVAILABLE;
    }
    return STATUS_OK;
}

/* One line of base64url in a file that only its owner may read. */
static enum status read_key(const char *path, uint8_t key[crypto_kdf_KEYBYTES])
{
    char text[KEY_TEXT_CHARS + 2];
    struct stat info;
    size_t key_len = 0;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return errno == ENOENT ? STATUS_NOT_FOUND : STATUS_INVALID_FIELD;
    enum status status = STATUS_INVALID_FIELD;
    if (fstat(file, &info) == 0 && S_ISREG(info.st_mode) && (info.st_mode & 077) == 0) {
        ssize_t got = read(file, text, sizeof(text));
        if (got >= KEY_TEXT_CHARS &&
            sodium_base642bin(key, crypto_kdf_KEYBYTES, text, KEY_TEXT_CHARS, NULL, &key_len, NULL,
                              sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 &&
            key_len == crypto_kdf_KEYBYTES &&
            (got == KEY_TEXT_CHARS || text[KEY_TEXT_CHARS] == '\n'))
            status = STATUS_OK;
    }
    close(file);
    sodium_memzero(text, sizeof(text));
    return status;
}

enum status secret_ring_open(const char *path, struct secret_ring **out)
{
    uint8_t key[crypto_kdf_KEYBYTES];
    enum status status = read_key(path, key);
    if (status != STATUS_OK)
        return status;
    struct secret_ring *ring = sodium_malloc(sizeof(*ring));
    if (ring == NULL) {
        sodium_memzero(key, sizeof(key));
        return STATUS_BUSY;
    }
    for (uint64_t use = 0; use < SUBKEY_COUNT; use++)
        crypto_kdf_derive_from_key(ring->subkey[use], crypto_kdf_KEYBYTES, use, "hallkeys", key);
    sodium_memzero(key, sizeof(key));
    sodium_mprotect_readonly(ring);
    *out = ring;
    return STATUS_OK;
}

void secret_ring_close(struct secret_ring *ring)
{
    sodium_free(ring);
}

void secret_token_make(char text[SECRET_TOKEN_CHARS + 1], uint8_t hash[SECRET_HASH_BYTES])
{
    uint8_t token[SECRET_TOKEN_BYTES];
    randombytes_buf(token, sizeof(token));
    sodium_bin2base64(text, SECRET_TOKEN_CHARS + 1, token, sizeof(token),
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    secret_digest(token, sizeof(token), hash);
    sodium_memzero(token, sizeof(token));
}

bool secret_token_hash(const char *text, size_t len, uint8_t hash[SECRET_HASH_BYTES])
{
    uint8_t token[SECRET_TOKEN_BYTES];
    size_t token_len = 0;
    if (len != SECRET_TOKEN_CHARS ||
        sodium_base642bin(token, sizeof(token), text, len, NULL, &token_len, NULL,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
        token_len != sizeof(token))
        return false;
    secret_digest(token, sizeof(token), hash);
    sodium_memzero(token, sizeof(token));
    return true;
}

static void keyed_hash(const struct secret_ring *ring, enum subkey use, const void *bytes,
                       size_t len, uint8_t hash[SECRET_HASH_BYTES])
{
    crypto_generichash(hash, SECRET_HASH_BYTES, bytes, len, ring->subkey[use],
                       crypto_kdf_KEYBYTES);
}

void secret_phone_hash(const struct secret_ring *ring, const char *e164,
                       uint8_t hash[SECRET_HASH_BYTES])
{
    keyed_hash(ring, SUBKEY_PHONE_HASH, e164, strlen(e164), hash);
}

void secret_address_hash(const struct secret_ring *ring, const char *address,
                         uint8_t hash[SECRET_HASH_BYTES])
{
    keyed_hash(ring, SUBKEY_ADDRESS_HASH, address, strlen(address), hash);
}

void secret_code_make(char code[SECRET_CODE_DIGITS + 1])
{
    uint32_t number = randombytes_uniform(1000000);
    for (int i = SECRET_CODE_DIGITS - 1; i >= 0; i--) {
        code[i] = (char)('0' + number % 10);
        number /= 10;
    }
    code[SECRET_CODE_DIGITS] = '\0';
}

void secret_code_hash(const struct secret_ring *ring, const uint8_t phone_hash[SECRET_HASH_BYTES],
                      const char *code, size_t len, uint8_t hash[SECRET_HASH_BYTES])
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, ring->subkey[SUBKEY_CODE_HASH], crypto_kdf_KEYBYTES,
                            SECRET_HASH_BYTES);
    crypto_generichash_update(&state, phone_hash, SECRET_HASH_BYTES);
    crypto_generichash_update(&state, (const uint8_t *)code, len);
    crypto_generichash_final(&state, hash, SECRET_HASH_BYTES);
    sodium_memzero(&state, sizeof(state));
}

enum status secret_seal(const struct secret_ring *ring, enum secret_seal_use use,
                        const void *plain, size_t len, uint8_t *out)
{
    if (len > SECRET_SEAL_PLAIN_MAX)
        return STATUS_TOO_LARGE;
    uint8_t *nonce = out + 1;
    out[0] = SEAL_VERSION;
    randombytes_buf(nonce, crypto_secretbox_NONCEBYTES);
    crypto_secretbox_easy(nonce + crypto_secretbox_NONCEBYTES, plain, len, nonce,
                          ring->subkey[use]);
    return STATUS_OK;
}

enum status secret_unseal(const struct secret_ring *ring, enum secret_seal_use use,
                          const uint8_t *sealed, size_t len, uint8_t *out)
{
    if (len < SECRET_SEAL_EXTRA || len > SECRET_SEAL_EXTRA + SECRET_SEAL_PLAIN_MAX ||
        sealed[0] != SEAL_VERSION)
        return STATUS_INVALID_FIELD;
    const uint8_t *nonce = sealed + 1;
    const size_t head = 1 + crypto_secretbox_NONCEBYTES;
    if (crypto_secretbox_open_easy(out, sealed + head, len - head, nonce, ring->subkey[use]) != 0)
        return STATUS_INVALID_FIELD;
    return STATUS_OK;
}

void secret_digest(const void *bytes, size_t len, uint8_t hash[SECRET_HASH_BYTES])
{
    crypto_generichash(hash, SECRET_HASH_BYTES, bytes, len, NULL, 0);
}

bool secret_equal(const void *a, const void *b, size_t len)
{
    return sodium_memcmp(a, b, len) == 0;
}

void secret_wipe(void *memory, size_t len)
{
    sodium_memzero(memory, len);
}

uint64_t secret_draw_id(void)
{
    uint64_t id = 0;
    while (id == 0) {
        randombytes_buf(&id, sizeof(id));
        id &= (UINT64_C(1) << ID_BITS) - 1;
    }
    return id;
}
