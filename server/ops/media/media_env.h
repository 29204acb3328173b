/*
 * media_env: what the media operations need. Made and owned by app.
 */
#ifndef OPS_MEDIA_MEDIA_ENV_H
#define OPS_MEDIA_MEDIA_ENV_H

#include "ops/call.h"
#include "store/media_store.h"

struct media;

struct media_env {
    struct media *media; /* borrowed: media_create(loop, paths of hall-image and hall-voice) */
};

/* A name that cannot be guessed, for what is to be kept. */
void media_env_name(char id[MEDIA_ID_CHARS + 1]);
/* Answers that it was not kept; when she holds too many, with a time to come again. */
void media_env_refuse(struct call *call, enum status status);

#endif
