#include "media/media.h"

#include <stdbool.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "media/media_child.h"

#define PICTURE_ANSWER_MAX (sizeof(struct image_frame) + 2 * (size_t)IMAGE_RENDITION_BYTES_MAX)
#define VOICE_ANSWER_MAX (sizeof(struct voice_frame) + (size_t)VOICE_SOUND_BYTES_MAX)

/* One picture or voice on its way. */
struct media_job {
    struct media *media;
    struct media_child *child; /* owned by itself; NULL while waiting */
    uint8_t *bytes;            /* owned while waiting, then the child's */
    size_t len;
    media_fn picture_fn; /* one of the two */
    media_voice_fn voice_fn;
    void *ctx; /* borrowed */
};

/* What came of it. */
struct media_outcome {
    enum status status;
    struct media_picture picture; /* of STATUS_OK; one of the two */
    struct media_voice voice;
};

struct media {
    uv_loop_t *loop;
    struct media_programs programs; /* borrowed */
    struct media_job *running[MEDIA_RUNNING_MAX];
    struct media_job *waiting[MEDIA_WAITING_MAX]; /* oldest first */
    struct media_counts counts;
    uv_async_t turn; /* starts what waits, from the loop */
    bool is_closing;
    media_closed_fn on_closed;
    void *closed_ctx; /* borrowed */
};

static void on_turn(uv_async_t *handle);

struct media *media_create(uv_loop_t *loop, const struct media_programs *programs)
{
    struct media *media = mem_alloc(sizeof(*media));
    media->loop = loop;
    media->programs = *programs;
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

static void finish(struct media_job *job, const struct media_outcome *outcome)
{
    bool is_made = outcome->status == STATUS_OK;
    if (job->voice_fn != NULL)
        job->voice_fn(job->ctx, outcome->status, is_made ? &outcome->voice : NULL);
    else
        job->picture_fn(job->ctx, outcome->status, is_made ? &outcome->picture : NULL);
    mem_free(job->bytes);
    mem_free(job);
}

static void finish_busy(struct media_job *job)
{
    finish(job, &(struct media_outcome){.status = STATUS_BUSY});
}

static void on_turn_closed(uv_handle_t *handle)
{
    struct media *media = handle->data;
    media->on_closed(media->closed_ctx);
}

static enum status verdict_status(uint32_t verdict)
{
    switch (verdict) {
    case MEDIA_MADE:
        return STATUS_OK;
    case MEDIA_UNREADABLE:
        return STATUS_UNSUPPORTED_MEDIA;
    case MEDIA_TOO_BIG:
        return STATUS_TOO_LARGE;
    default:
        return STATUS_CLOSED;
    }
}

static enum status read_picture(const uint8_t *answer, size_t len, struct media_picture *out)
{
    struct image_frame frame;
    if (len < sizeof(frame))
        return STATUS_CLOSED;
    memcpy(&frame, answer, sizeof(frame));
    enum status status =
        frame.magic == IMAGE_FRAME_MAGIC ? verdict_status(frame.verdict) : STATUS_CLOSED;
    if (status != STATUS_OK)
        return status;
    const uint8_t *at = answer + sizeof(frame);
    size_t rest = len - sizeof(frame);
    if (frame.small_len == 0 || frame.small_len > rest || frame.large_len == 0 ||
        frame.large_len != rest - frame.small_len || frame.width == 0 ||
        frame.width > IMAGE_LARGE_SIDE || frame.height == 0 || frame.height > IMAGE_LARGE_SIDE)
        return STATUS_CLOSED;
    *out = (struct media_picture){frame.width,     frame.height, at, frame.small_len,
                                  at + frame.small_len, frame.large_len};
    return STATUS_OK;
}

static enum status read_voice(const uint8_t *answer, size_t len, struct media_voice *out)
{
    struct voice_frame frame;
    if (len < sizeof(frame))
        return STATUS_CLOSED;
    memcpy(&frame, answer, sizeof(frame));
    enum status status =
        frame.magic == VOICE_FRAME_MAGIC ? verdict_status(frame.verdict) : STATUS_CLOSED;
    if (status != STATUS_OK)
        return status;
    if (frame.sound_len == 0 || frame.sound_len != len - sizeof(frame) ||
        frame.duration_ms < VOICE_MS_MIN || frame.duration_ms > VOICE_MS_MAX)
        return STATUS_CLOSED;
    *out = (struct media_voice){frame.duration_ms, answer + sizeof(frame), frame.sound_len};
    return STATUS_OK;
}

static void on_child_done(void *ctx, const uint8_t *answer, size_t len)
{
    struct media_job *job = ctx;
    struct media *media = job->media;
    struct media_outcome outcome = {0};
    for (size_t i = 0; i < MEDIA_RUNNING_MAX; i++)
        if (media->running[i] == job)
            media->running[i] = NULL;
    media->counts.running--;
    outcome.status = job->voice_fn != NULL ? read_voice(answer, len, &outcome.voice)
                                           : read_picture(answer, len, &outcome.picture);
    if (outcome.status == STATUS_OK) {
        media->counts.made++;
    } else if (outcome.status == STATUS_CLOSED) {
        /* Killed by its limits or by us: such a file is not worth a second try. */
        media->counts.failed++;
        log_warn("media.child_died", "bytes=%zu", job->len);
        outcome.status = media->is_closing ? STATUS_BUSY : STATUS_UNSUPPORTED_MEDIA;
    } else {
        media->counts.refused++;
    }
    job->bytes = NULL; /* the child's, freed by it */
    finish(job, &outcome);
    on_turn(&media->turn);
}

static void start(struct media *media, size_t slot, struct media_job *job)
{
    bool is_voice = job->voice_fn != NULL;
    const struct media_child_start how = {
        .loop = media->loop,
        .program = is_voice ? media->programs.voice : media->programs.image,
        .bytes = job->bytes,
        .len = job->len,
        .answer_max = is_voice ? VOICE_ANSWER_MAX : PICTURE_ANSWER_MAX,
        .fn = on_child_done,
        .ctx = job,
    };
    if (media_child_start(&how, &job->child) != STATUS_OK) {
        media->counts.failed++;
        finish_busy(job);
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
        finish_busy(take_oldest(media));
    for (size_t i = 0; i < MEDIA_RUNNING_MAX; i++)
        while (media->running[i] == NULL && media->counts.waiting > 0)
            start(media, i, take_oldest(media));
    if (media->is_closing && media->counts.running == 0 &&
        !uv_is_closing((uv_handle_t *)&media->turn))
        uv_close((uv_handle_t *)&media->turn, on_turn_closed);
}

/* Takes its place among those that wait; seen is what the first look at the bytes said. */
static enum status admit(struct media *media, const struct media_job *wanted, const uint8_t *bytes,
                         enum status seen)
{
    if (seen != STATUS_OK) {
        media->counts.refused++;
        return seen;
    }
    if (media->is_closing || media->counts.waiting == MEDIA_WAITING_MAX)
        return STATUS_BUSY;
    struct media_job *job = mem_alloc(sizeof(*job));
    *job = *wanted;
    job->bytes = mem_alloc(job->len);
    memcpy(job->bytes, bytes, job->len);
    media->waiting[media->counts.waiting++] = job;
    uv_async_send(&media->turn);
    return STATUS_OK;
}

enum status media_convert(struct media *media, const uint8_t *bytes, size_t len, media_fn fn,
                          void *ctx)
{
    struct image_probe probe;
    const struct media_job job = {.media = media, .len = len, .picture_fn = fn, .ctx = ctx};
    return admit(media, &job, bytes, image_probe(bytes, len, &probe));
}

enum status media_convert_voice(struct media *media, const uint8_t *bytes, size_t len,
                                media_voice_fn fn, void *ctx)
{
    enum voice_kind kind;
    const struct media_job job = {.media = media, .len = len, .voice_fn = fn, .ctx = ctx};
    return admit(media, &job, bytes, voice_probe(bytes, len, &kind));
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
            media_child_kill(media->running[i]->child);
    uv_async_send(&media->turn);
}

void media_destroy(struct media *media)
{
    mem_free(media);
}
