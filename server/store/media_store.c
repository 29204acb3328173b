#include "store/media_store.h"

#include "base/mem.h"

enum { READ_FOUND, READ_NOT_FOUND, READ_TAKEN_DOWN };

struct media_wait {
    media_done_fn done_fn; /* one of the two */
    media_content_fn content_fn;
    void *ctx; /* borrowed */
};

static void on_added(void *ctx, enum status status, const struct store_rows *rows)
{
    struct media_wait *wait = ctx;
    if (status == STATUS_OK && rows->count == 0)
        status = STATUS_RATE_LIMITED;
    wait->done_fn(wait->ctx, status);
    mem_free(wait);
}

void media_store_add(struct store *store, const struct media_new *media, media_done_fn fn,
                     void *ctx)
{
    struct media_wait *wait = mem_alloc(sizeof(*wait));
    struct store_args args = {0};
    wait->done_fn = fn;
    wait->ctx = ctx;
    args_string(&args, media->id);
    args_id(&args, media->owner_id);
    args_int(&args, media->width);
    args_int(&args, media->height);
    args_text_or_null(&args, media->alt);
    args_bin(&args, media->small.data, media->small.len);
    args_bin(&args, media->large.data, media->large.len);
    store_write(store, SQL_MEDIA_ADD, &args, on_added, wait);
}

void media_store_add_voice(struct store *store, const struct voice_new *voice, media_done_fn fn,
                           void *ctx)
{
    struct media_wait *wait = mem_alloc(sizeof(*wait));
    struct store_args args = {0};
    wait->done_fn = fn;
    wait->ctx = ctx;
    args_string(&args, voice->id);
    args_id(&args, voice->owner_id);
    args_int(&args, voice->duration_ms);
    args_bin(&args, voice->sound.data, voice->sound.len);
    store_write(store, SQL_VOICE_ADD, &args, on_added, wait);
}

static enum status read_status(const struct store_rows *rows)
{
    switch (rows->count == 1 ? rows_int(rows, 0, 0) : READ_NOT_FOUND) {
    case READ_FOUND:
        return STATUS_OK;
    case READ_TAKEN_DOWN:
        return STATUS_REVOKED;
    default:
        return STATUS_NOT_FOUND;
    }
}

static void on_read(void *ctx, enum status status, const struct store_rows *rows)
{
    struct media_wait *wait = ctx;
    struct wire_bytes content = {0};
    if (status == STATUS_OK)
        status = read_status(rows);
    if (status == STATUS_OK)
        content = rows_bin(rows, 0, 1);
    wait->content_fn(wait->ctx, status, content);
    mem_free(wait);
}

void media_store_read(struct store *store, const struct media_ask *ask, media_content_fn fn,
                      void *ctx)
{
    struct media_wait *wait = mem_alloc(sizeof(*wait));
    struct store_args args = {0};
    wait->content_fn = fn;
    wait->ctx = ctx;
    args_text(&args, ask->id.data, ask->id.len);
    args_int(&args, ask->size);
    args_id(&args, ask->account_id);
    store_read(store, SQL_MEDIA_READ, &args, on_read, wait);
}
