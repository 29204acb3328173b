#include "rules/inject_signature.h"

#include <assert.h>
#include <sodium.h>
#include <stdbool.h>
#include <string.h>

#include "base/mem.h"

#define SIGNATURE_CHARS 88 /* base64 of 64 bytes */
#define KEY_CHARS 44       /* base64 of 32 bytes */
#define PREFIX_LEN 5
#define SECONDS_DIGITS_MAX 11
#define SIGNED_HEAD_MAX (INJECT_ID_LEN_MAX + SECONDS_DIGITS_MAX + 2)

static_assert(INJECT_KEY_TEXT == PREFIX_LEN + KEY_CHARS, "prefix and base64");
static_assert(INJECT_SIGNATURE_TEXT == 4 + SIGNATURE_CHARS, "v1a, and base64");

/* Printable ASCII without the dot that separates the signed parts. */
static bool is_nonce(const char *id)
{
    size_t len = strnlen(id, INJECT_ID_LEN_MAX + 1);
    if (len == 0 || len > INJECT_ID_LEN_MAX)
        return false;
    for (size_t i = 0; i < len; i++)
        if (id[i] <= ' ' || id[i] > '~' || id[i] == '.')
            return false;
    return true;
}

static bool read_seconds(const char *text, int64_t *out)
{
    int64_t seconds = 0;
    size_t len = strnlen(text, SECONDS_DIGITS_MAX + 1);
    if (len == 0 || len > SECONDS_DIGITS_MAX)
        return false;
    for (size_t i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        seconds = seconds * 10 + (text[i] - '0');
    }
    *out = seconds;
    return true;
}

enum status inject_signature_window(const struct inject_request *request, int64_t now_ms,
                                    int64_t *sent_ms)
{
    int64_t seconds;
    if (request->id == NULL || request->timestamp == NULL || request->signature == NULL ||
        !is_nonce(request->id) || !read_seconds(request->timestamp, &seconds))
        return STATUS_INVALID_SIGNATURE;
    const int64_t ms = seconds * 1000;
    if (ms < now_ms - INJECT_WINDOW_MS || ms > now_ms + INJECT_WINDOW_MS)
        return STATUS_STALE_TIMESTAMP;
    *sent_ms = ms;
    return STATUS_OK;
}

/* "id.timestamp.", then the body is signed as it came. */
static size_t write_head(const struct inject_request *request, char head[SIGNED_HEAD_MAX])
{
    size_t id_len = strlen(request->id);
    size_t time_len = strlen(request->timestamp);
    memcpy(head, request->id, id_len);
    head[id_len] = '.';
    memcpy(head + id_len + 1, request->timestamp, time_len);
    head[id_len + 1 + time_len] = '.';
    return id_len + time_len + 2;
}

/* Ed25519 signs one piece of memory: head and body in one block, owned by the caller. */
static uint8_t *join_signed(const struct inject_request *request, size_t *len)
{
    char head[SIGNED_HEAD_MAX];
    size_t head_len = write_head(request, head);
    uint8_t *message = mem_alloc(head_len + request->body_len);
    memcpy(message, head, head_len);
    if (request->body_len > 0)
        memcpy(message + head_len, request->body, request->body_len);
    *len = head_len + request->body_len;
    return message;
}

static bool one_fits(const char *item, size_t item_len, const uint8_t *message, size_t len,
                     const uint8_t public_key[INJECT_KEY_BYTES])
{
    uint8_t signature[crypto_sign_BYTES];
    size_t signature_len = 0;
    if (item_len != INJECT_SIGNATURE_TEXT || memcmp(item, "v1a,", 4) != 0)
        return false;
    if (sodium_base642bin(signature, sizeof(signature), item + 4, SIGNATURE_CHARS, NULL,
                          &signature_len, NULL, sodium_base64_VARIANT_ORIGINAL) != 0 ||
        signature_len != sizeof(signature))
        return false;
    return crypto_sign_verify_detached(signature, message, len, public_key) == 0;
}

enum status inject_signature_check(const struct inject_request *request,
                                   const uint8_t public_key[INJECT_KEY_BYTES])
{
    size_t len;
    int64_t seconds;
    if (request->id == NULL || request->timestamp == NULL || request->signature == NULL ||
        !is_nonce(request->id) || !read_seconds(request->timestamp, &seconds))
        return STATUS_INVALID_SIGNATURE;
    uint8_t *message = join_signed(request, &len);
    enum status status = STATUS_INVALID_SIGNATURE;
    const char *item = request->signature;
    for (int i = 0; i < INJECT_SIGNATURES_MAX && status != STATUS_OK; i++) {
        size_t item_len = strcspn(item, " ");
        if (one_fits(item, item_len, message, len, public_key))
            status = STATUS_OK;
        item += item_len + strspn(item + item_len, " ");
    }
    mem_free(message);
    return status;
}

static void write_key(const char prefix[PREFIX_LEN + 1], const uint8_t key[INJECT_KEY_BYTES],
                      char out[INJECT_KEY_TEXT + 1])
{
    memcpy(out, prefix, PREFIX_LEN);
    sodium_bin2base64(out + PREFIX_LEN, KEY_CHARS + 1, key, INJECT_KEY_BYTES,
                      sodium_base64_VARIANT_ORIGINAL);
}

void inject_key_make(char secret_text[INJECT_KEY_TEXT + 1], char public_text[INJECT_KEY_TEXT + 1],
                     uint8_t public_key[INJECT_KEY_BYTES])
{
    uint8_t seed[crypto_sign_SEEDBYTES];
    uint8_t secret[crypto_sign_SECRETKEYBYTES];
    randombytes_buf(seed, sizeof(seed));
    crypto_sign_seed_keypair(public_key, secret, seed);
    write_key("whsk_", seed, secret_text);
    write_key("whpk_", public_key, public_text);
    sodium_memzero(seed, sizeof(seed));
    sodium_memzero(secret, sizeof(secret));
}

static enum status read_key(const char *text, const char *prefix, uint8_t out[INJECT_KEY_BYTES])
{
    size_t key_len = 0;
    if (strncmp(text, prefix, PREFIX_LEN) == 0)
        text += PREFIX_LEN;
    if (strlen(text) != KEY_CHARS ||
        sodium_base642bin(out, INJECT_KEY_BYTES, text, KEY_CHARS, NULL, &key_len, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0 ||
        key_len != INJECT_KEY_BYTES)
        return STATUS_INVALID_FIELD;
    return STATUS_OK;
}

enum status inject_key_read_public(const char *text, uint8_t out[INJECT_KEY_BYTES])
{
    return read_key(text, "whpk_", out);
}

enum status inject_signature_make(const struct inject_request *request, const char *secret_text,
                                  char out[INJECT_SIGNATURE_TEXT + 1])
{
    uint8_t seed[crypto_sign_SEEDBYTES];
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES];
    uint8_t secret[crypto_sign_SECRETKEYBYTES];
    uint8_t signature[crypto_sign_BYTES];
    int64_t seconds;
    size_t len;
    if (!is_nonce(request->id) || !read_seconds(request->timestamp, &seconds) ||
        read_key(secret_text, "whsk_", seed) != STATUS_OK)
        return STATUS_INVALID_FIELD;
    crypto_sign_seed_keypair(public_key, secret, seed);
    uint8_t *message = join_signed(request, &len);
    crypto_sign_detached(signature, NULL, message, len, secret);
    mem_free(message);
    sodium_memzero(seed, sizeof(seed));
    sodium_memzero(secret, sizeof(secret));
    memcpy(out, "v1a,", 4);
    sodium_bin2base64(out + 4, SIGNATURE_CHARS + 1, signature, sizeof(signature),
                      sodium_base64_VARIANT_ORIGINAL);
    return STATUS_OK;
}
