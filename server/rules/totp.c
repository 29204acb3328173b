#include "rules/totp.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define NAME_ENCODED_MAX 121 /* 40 bytes, each at most %XX */

void totp_secret_make(uint8_t secret[TOTP_SECRET_BYTES])
{
    randombytes_buf(secret, TOTP_SECRET_BYTES);
}

void totp_secret_text(const uint8_t secret[TOTP_SECRET_BYTES], char out[TOTP_SECRET_CHARS + 1])
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    for (size_t i = 0; i < TOTP_SECRET_CHARS; i++) {
        size_t bit = i * 5;
        unsigned pair = (unsigned)secret[bit / 8] << 8;
        if (bit / 8 + 1 < TOTP_SECRET_BYTES)
            pair |= secret[bit / 8 + 1];
        out[i] = alphabet[(pair >> (11 - bit % 8)) & 31];
    }
    out[TOTP_SECRET_CHARS] = '\0';
}

/* False: it does not fit. */
static int percent_encode(const char *text, char *out, size_t room)
{
    static const char hex[] = "0123456789ABCDEF";
    size_t used = 0;
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        int plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                    c == '-' || c == '_' || c == '.';
        if (used + 4 > room)
            return 0;
        if (plain) {
            out[used++] = (char)c;
        } else {
            out[used++] = '%';
            out[used++] = hex[c >> 4];
            out[used++] = hex[c & 15];
        }
    }
    out[used] = '\0';
    return 1;
}

enum status totp_uri(const uint8_t secret[TOTP_SECRET_BYTES], const char *issuer,
                     const char *username, char out[TOTP_URI_MAX])
{
    char text[TOTP_SECRET_CHARS + 1];
    char by[NAME_ENCODED_MAX];
    char who[NAME_ENCODED_MAX];
    if (!percent_encode(issuer, by, sizeof(by)) || !percent_encode(username, who, sizeof(who)))
        return STATUS_TOO_LARGE;
    totp_secret_text(secret, text);
    int len = snprintf(out, TOTP_URI_MAX, "otpauth://totp/%s:%s?secret=%s&issuer=%s", by, who,
                       text, by);
    return len < TOTP_URI_MAX ? STATUS_OK : STATUS_TOO_LARGE;
}

void totp_code(const uint8_t secret[TOTP_SECRET_BYTES], int64_t step, char out[TOTP_DIGITS + 1])
{
    uint8_t counter[8];
    uint8_t mac[EVP_MAX_MD_SIZE];
    unsigned mac_len = 0;
    for (int i = 7; i >= 0; i--) {
        counter[i] = (uint8_t)((uint64_t)step & 0xff);
        step = (int64_t)((uint64_t)step >> 8);
    }
    HMAC(EVP_sha1(), secret, TOTP_SECRET_BYTES, counter, sizeof(counter), mac, &mac_len);
    const uint8_t *at = mac + (mac[19] & 15);
    uint32_t number = ((uint32_t)(at[0] & 0x7f) << 24) | ((uint32_t)at[1] << 16) |
                      ((uint32_t)at[2] << 8) | at[3];
    for (int i = TOTP_DIGITS - 1; i >= 0; i--) {
        out[i] = (char)('0' + number % 10);
        number /= 10;
    }
    out[TOTP_DIGITS] = '\0';
}

enum status totp_check(const struct totp_state *state, const char *code, size_t len,
                       int64_t now_ms, int64_t *step)
{
    if (len != TOTP_DIGITS)
        return STATUS_WRONG_CODE;
    const int64_t current = now_ms / TOTP_STEP_MS;
    enum status found = STATUS_WRONG_CODE;
    for (int64_t at = current - 1; at <= current + 1; at++) {
        char right[TOTP_DIGITS + 1];
        totp_code(state->secret, at, right);
        if (sodium_memcmp(right, code, TOTP_DIGITS) != 0)
            continue;
        if (at > state->last_step) {
            *step = at;
            return STATUS_OK;
        }
        found = STATUS_REPLAYED;
    }
    return found;
}
