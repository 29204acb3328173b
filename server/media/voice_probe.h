/*
 * voice_probe: what a recording says it is, read from its first bytes before anything decodes it.
 * Reads nothing beyond the bytes given and allocates nothing.
 */
#ifndef MEDIA_VOICE_PROBE_H
#define MEDIA_VOICE_PROBE_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

#define VOICE_BYTES_MAX (2u * 1024 * 1024)

/* What browsers record: Chromium, Safari, Firefox. */
enum voice_kind { VOICE_WEBM = 1, VOICE_MP4, VOICE_OGG };

/*
 * STATUS_UNSUPPORTED_MEDIA: none of the three, or cut off before it says so. STATUS_TOO_LARGE: more
 * than VOICE_BYTES_MAX.
 */
MUST_USE enum status voice_probe(const uint8_t *bytes, size_t len, enum voice_kind *out);

#endif
