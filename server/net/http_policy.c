#include "net/http_policy.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define HASH_TEXT_MAX 64 /* 'sha256-' and 44 characters of base64 */

/* Where `word` begins at or after `from`, upper or lower case alike; len: nowhere. */
static size_t find_word(const uint8_t *html, size_t len, size_t from, const char *word)
{
    size_t word_len = strlen(word);
    for (size_t i = from; i + word_len <= len; i++)
        if (strncasecmp((const char *)html + i, word, word_len) == 0)
            return i;
    return len;
}

static bool append(char *out, size_t *used, const char *text)
{
    int len = snprintf(out + *used, HTTP_POLICY_MAX - *used, "%s", text);
    if (len < 0 || (size_t)len >= HTTP_POLICY_MAX - *used)
        return false;
    *used += (size_t)len;
    return true;
}

static bool append_hash(char *out, size_t *used, const uint8_t *style, size_t len)
{
    uint8_t hash[crypto_hash_sha256_BYTES];
    char base64[HASH_TEXT_MAX];
    char text[HASH_TEXT_MAX + 16];
    crypto_hash_sha256(hash, style, len);
    sodium_bin2base64(base64, sizeof(base64), hash, sizeof(hash), sodium_base64_VARIANT_ORIGINAL);
    snprintf(text, sizeof(text), " 'sha256-%s'", base64);
    return append(out, used, text);
}

static bool append_styles(const uint8_t *html, size_t len, char *out, size_t *used)
{
    for (size_t at = 0;;) {
        size_t open = find_word(html, len, at, "<style");
        size_t begin = find_word(html, len, open, ">");
        if (begin == len)
            return true;
        size_t end = find_word(html, len, ++begin, "</style");
        if (end == len)
            return true; /* never closed: no browser applies it */
        if (!append_hash(out, used, html + begin, end - begin))
            return false;
        at = end;
    }
}

bool http_policy_make(const uint8_t *html, size_t len, bool trusted_types,
                      char out[HTTP_POLICY_MAX])
{
    size_t used = 0;
    return append(out, &used, "default-src 'none'; script-src 'self'; style-src 'self'") &&
           append_styles(html, len, out, &used) &&
           append(out, &used,
                  "; img-src 'self' data: blob:; connect-src 'self'; media-src 'self' blob:; "
                  "font-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; "
                  "form-action 'self'; frame-ancestors 'none'") &&
           (!trusted_types || append(out, &used, "; require-trusted-types-for 'script'"));
}

bool http_policy_read(const uint8_t *text, size_t len, char out[HTTP_POLICY_MAX])
{
    size_t used = 0;
    for (size_t i = 0; i < len; i++) {
        uint8_t c = text[i] == '\n' || text[i] == '\r' || text[i] == '\t' ? ' ' : text[i];
        if (c < ' ' || c > '~' || used + 1 >= HTTP_POLICY_MAX)
            return false;
        if (c != ' ' || (used > 0 && out[used - 1] != ' '))
            out[used++] = (char)c;
    }
    while (used > 0 && out[used - 1] == ' ')
        used--;
    out[used] = '\0';
    return used > 0;
}
