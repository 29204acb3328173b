/*
 * The headers of the signed door: nonce, time and signature, split at NUL bytes, then the body. A
 * signature nobody made is never believed.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "rules/inject_signature.h"
#include "rules/phone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PARTS 3

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t key[INJECT_KEY_BYTES] = {
        0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe, 0xd3, 0xc9, 0x64,
        0x07, 0x3a, 0x0e, 0xe1, 0x72, 0xf3, 0xda, 0xa6, 0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68, 0xf7,
        0x07, 0x51, 0x1a};
    char *copy = malloc(size + PARTS);
    const char *parts[PARTS];
    char e164[PHONE_E164_LEN + 1];
    int64_t sent_ms;
    if (copy == NULL)
        return 0;
    if (size > 0)
        memcpy(copy, data, size);
    memset(copy + size, 0, PARTS);
    size_t at = 0;
    for (size_t i = 0; i < PARTS; i++) {
        parts[i] = copy + at;
        at += strlen(copy + at) + 1;
        if (at > size + PARTS - 1)
            at = size + PARTS - 1;
    }
    size_t body_at = at < size ? at : size;
    const struct inject_request request = {parts[0], parts[1], parts[2], data + body_at,
                                           size - body_at};
    (void)!inject_signature_window(&request, INT64_C(1700000000000), &sent_ms);
    if (inject_signature_check(&request, key) == STATUS_OK)
        abort();
    if (phone_normalise((const char *)data, size, e164) == STATUS_OK &&
        (strlen(e164) != PHONE_E164_LEN || strspn(e164 + 1, "0123456789") != PHONE_E164_LEN - 1))
        abort();
    free(copy);
    return 0;
}
