/*
 * media_env: what the media operations need. Made and owned by app.
 */
#ifndef OPS_MEDIA_MEDIA_ENV_H
#define OPS_MEDIA_MEDIA_ENV_H

struct media;

struct media_env {
    struct media *media; /* borrowed: media_create(loop, path of hall-image) */
};

#endif
