/*
 * The first look at an uploaded recording, before the child decodes it: what is accepted is one of
 * the three kinds and within the bound.
 */
#include <stdlib.h>

#include "media/voice_probe.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum voice_kind kind = 0;
    enum status status = voice_probe(data, size, &kind);
    if (status == STATUS_OK && (size < 4 || size > VOICE_BYTES_MAX || kind < VOICE_WEBM ||
                                kind > VOICE_OGG))
        abort();
    return 0;
}
