#include "ops/media/media_env.h"

#include <sodium.h>

#define ID_BYTES      16
#define HELD_RETRY_MS 3600000 /* she holds too many: some are forgotten as time goes by */

void media_env_name(char id[MEDIA_ID_CHARS + 1])
{
    uint8_t bytes[ID_BYTES];
    randombytes_buf(bytes, sizeof(bytes));
    sodium_bin2base64(id, MEDIA_ID_CHARS + 1, bytes, sizeof(bytes),
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

void media_env_refuse(struct call *call, enum status status)
{
    if (status == STATUS_RATE_LIMITED)
        call_fail_retry(call, status, HELD_RETRY_MS);
    else
        call_fail(call, status);
}
