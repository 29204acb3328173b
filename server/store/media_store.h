/*
 * media_store: pictures and voices as they are kept: the row and its two sizes or its one sound.
 */
#ifndef STORE_MEDIA_STORE_H
#define STORE_MEDIA_STORE_H

#include "store/store.h"

#define MEDIA_ID_CHARS 22 /* base64url of 16 random bytes */

typedef void (*media_done_fn)(void *ctx, enum status status);

struct media_new {
    const char *id; /* MEDIA_ID_CHARS, NUL-terminated */
    uint64_t owner_id;
    uint32_t width; /* of the large size */
    uint32_t height;
    struct wire_text alt; /* empty: none */
    struct wire_bytes small;
    struct wire_bytes large;
};
/* One statement. STATUS_RATE_LIMITED: the owner holds too many that no message shows yet. */
void media_store_add(struct store *store, const struct media_new *media, media_done_fn fn,
                     void *ctx);

struct voice_new {
    const char *id; /* MEDIA_ID_CHARS, NUL-terminated */
    uint64_t owner_id;
    uint32_t duration_ms;
    struct wire_bytes sound;
};
/* The same for a voice. */
void media_store_add_voice(struct store *store, const struct voice_new *voice, media_done_fn fn,
                           void *ctx);

#define MEDIA_SIZE_VOICE 0 /* the one size of a voice */

struct media_ask {
    struct wire_text id;
    uint32_t size; /* 320, 1600 or MEDIA_SIZE_VOICE */
    uint64_t account_id; /* who asks */
};
/* STATUS_NOT_FOUND: there is none, or she may not see it. STATUS_REVOKED: she could have seen it,
 * and it was taken down. content lives for the callback. */
typedef void (*media_content_fn)(void *ctx, enum status status, struct wire_bytes content);
void media_store_read(struct store *store, const struct media_ask *ask, media_content_fn fn,
                      void *ctx);

#endif
