#include "media/media.h"

#include <stdbool.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "media/image_child.h"

/* One picture on its way. */
struct media_job {
    struct media *media;
    struct image_child *child; /* owned by itself; NULL while waiting */
    uint8_t *bytes;            /* owned while waiting, then the child's */
    size_t len;
    media_fn fn;
    void *ctx; /* borrowed */
};

struct media {
    uv_loop_t *loop;
    const char *program; /* borrowed */
    struct media_job *running[MEDIA_RUNNING_MAX];
    struct media_job *waiting[MEDIA_WAITING_MAX]; /* oldest first */
    struct media_counts counts;
    uv_async_t turn; /* starts what waits, from the loop */
    bool is_closing;
    media_closed_fn on_closed;
    void *closed_ctx; /* borrowed */
};

static void on_turn(uv_async_t *handle);

struct media *media_create(uv_loop_t *loop, const char *program)
{
    struct media *media = mem_alloc(sizeof(*media));
    media->loop = loop;
    media->program = program;
    uv_async_init(loop, &media->turn, on_turn);
    media->turn.data = media;
    return media;
}

static struct media_job *take_oldest(struct media *media)
{
    struct media_job *job = media->waiting[0];
    media->counts.waiting--;
    memmove(media->waiting, media->waiting + 1, media->counts.waiting * sizeof(media->waiting[0]));
    return job;
}

static void finish(struct media_job *job, enum status status, const struct media_picture *picture)
{
    job->fn(job->ctx, status, picture);
    mem_free(job->bytes);
    mem_free(job);
}

static void on_turn_closed(uv_handle_t *handle)
{
    struct media *media = handle->data;
    media->on_closed(media->closed_ctx);
}

static void on_child_done(void *ctx, enum status status, const struct media_picture *picture)
{
    struct media_job *job = ctx;
    struct media *media = job->media;
    for (size_t i = 0; i < MEDIA_RUNNING_MAX; i++)
        if (media->running[i] == job)
            media->running[i] = NULL;
    media->counts.running--;
    if (status == STATUS_OK) {
        media->counts.made++;
    } else if (status == STATUS_CLOSED) {
        /* Killed by its limits or by us: such a picture is not worth a second try. */
        media->counts.failed++;
        log_warn("media.child_died", "bytes=%zu", job->len);
        status = media->is_closing ? STATUS_BUSY : STATUS_UNSUPPORTED_MEDIA;
    } else {
        media->counts.refused++;
    }
    job->bytes = NULL; /* the child's, freed by it */
    finish(job, status, picture);
    on_turn(&media->turn);
}

static void start(struct media *media, size_t slot, struct media_job *job)
{
    const struct image_child_start how = {media->loop, media->program, job->bytes, job->len,
                                          on_child_done, job};
    if (image_child_start(&how, &job->child) != STATUS_OK) {
        media->counts.failed++;
        finish(job, STATUS_BUSY, NULL);
        return;
    }
    media->running[slot] = job;
    media->counts.running++;
}

/* Fills the free places; at the end closes when nothing runs any more. */
static void on_turn(uv_async_t *handle)
{
    struct media *media = handle->data;
    while (media->is_closing && media->counts.waiting > 0)
        finish(take_oldest(media), STATUS_BUSY, NULL);
    for (size_t i = 0; i < MEDIA_RUNNING_MAX; i++)
        while (media->running[i] == NULL && media->counts.waiting > 0)
            start(media, i, take_oldest(media));
    if (media->is_closing && media->counts.running == 0 &&
        !uv_is_closing((uv_handle_t *)&media->turn))
        uv_close((uv_handle_t *)&media->turn, on_turn_closed);
}

enum status media_convert(struct media *media, const uint8_t *bytes, size_t len, media_fn fn,
                          void *ctx)
{
    struct image_probe probe;
    enum status status = image_probe(bytes, len, &probe);
    if (status != STATUS_OK) {
        media->counts.refused++;
        return status;
    }
    if (media->is_closing || media->counts.waiting == MEDIA_WAITING_MAX)
        return STATUS_BUSY;
    struct media_job *job = mem_alloc(sizeof(*job));
    *job = (struct media_job){.media = media, .len = len, .fn = fn, .ctx = ctx};
    job->bytes = mem_alloc(len);
    memcpy(job->bytes, bytes, len);
    media->waiting[media->counts.waiting++] = job;
    uv_async_send(&media->turn);
    return STATUS_OK;
}

void media_count(const struct media *media, struct media_counts *out)
{
    *out = media->counts;
}

void media_close(struct media *media, media_closed_fn fn, void *ctx)
{
    media->is_closing = true;
    media->on_closed = fn;
    media->closed_ctx = ctx;
    for (size_t i = 0; i < MEDIA_RUNNING_MAX; i++)
        if (media->running[i] != NULL)
            image_child_kill(media->running[i]->child);
    uv_async_send(&media->turn);
}

void media_destroy(struct media *media)
{
    mem_free(media);
}
