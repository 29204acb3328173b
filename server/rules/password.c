#include "rules/password.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#define PASSES 2
#define MEMORY_BYTES ((size_t)19 * 1024 * 1024)

static_assert(PASSWORD_HASH_MAX == crypto_pwhash_STRBYTES, "libsodium's own size");

static bool is_one_character(const char *text, size_t len)
{
    for (size_t i = 1; i < len; i++)
        if (text[i] != text[0])
            return false;
    return true;
}

enum status password_hash(const char *text, size_t len, char out[PASSWORD_HASH_MAX])
{
    if (len < PASSWORD_LEN_MIN || len > PASSWORD_LEN_MAX || is_one_character(text, len))
        return STATUS_INVALID_FIELD;
    if (crypto_pwhash_str_alg(out, text, len, PASSES, MEMORY_BYTES,
                              crypto_pwhash_ALG_ARGON2ID13) != 0)
        return STATUS_BUSY;
    return STATUS_OK;
}

bool password_matches(const char *hash, const char *text, size_t len)
{
    return len <= PASSWORD_LEN_MAX && crypto_pwhash_str_verify(hash, text, len) == 0;
}

enum status password_decoy(char out[PASSWORD_HASH_MAX])
{
    char random[32];
    randombytes_buf(random, sizeof(random));
    return password_hash(random, sizeof(random), out);
}
