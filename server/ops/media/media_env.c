#include "ops/media/media_env.h"

#include <sodium.h>

#define ID_BYTES 16

void media_env_name(char id[MEDIA_ID_CHARS + 1])
{
    uint8_t bytes[ID_BYTES];
    randombytes_buf(bytes, sizeof(bytes));
    sodium_bin2base64(id, MEDIA_ID_CHARS + 1, bytes, sizeof(bytes),
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}
