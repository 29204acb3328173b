/*
 * media_env: what the media operations need. Made and owned by app.
 */
#ifndef OPS_MEDIA_MEDIA_ENV_H
#define OPS_MEDIA_MEDIA_ENV_H

#include "store/media_store.h"

#define MEDIA_HELD_RETRY_MS 3600000 /* she holds too many: some are forgotten as time goes by */

struct media;

struct media_env {
    struct media *media; /* borrowed: media_create(loop, paths of hall-image and hall-voice) */
};

/* A name that cannot be guessed, for what is to be kept. */
void media_env_name(char id[MEDIA_ID_CHARS + 1]);

#endif
