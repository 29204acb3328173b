#include "base/mem.h"
#include "media/media.h"
#include "ops/media/media_env.h"
#include "ops/operations.h"
#include "store/media_store.h"

struct add_step {
    struct call *call;
    char id[MEDIA_ID_CHARS + 1];
    uint32_t width;
    uint32_t height;
};

static void on_made(void *ctx, enum status status, const struct media_picture *picture);
static void on_kept(void *ctx, enum status status);

/* 1. Make it anew, in a process of its own. */
void op_media_add(struct call *call)
{
    const struct wire_media_add *ask = CALL_BODY(call, media_add);
    struct add_step *step = arena_alloc(&call->arena, sizeof(*step));
    step->call = call;
    enum status status = media_convert(call->env->media->media, ask->content.data,
                                       ask->content.len, on_made, step);
    if (status != STATUS_OK)
        call_fail(call, status);
}

/* 2. Keep both sizes under a name that cannot be guessed. */
static void on_made(void *ctx, enum status status, const struct media_picture *picture)
{
    struct add_step *step = ctx;
    struct call *call = step->call;
    const struct wire_media_add *ask = CALL_BODY(call, media_add);
    if (status != STATUS_OK) {
        call_fail(call, status);
        return;
    }
    media_env_name(step->id);
    step->width = picture->width;
    step->height = picture->height;
    const struct media_new media = {
        .id = step->id,
        .owner_id = call->who->account_id,
        .width = picture->width,
        .height = picture->height,
        .alt = ask->has_alt ? ask->alt : (struct wire_text){"", 0},
        .small = {picture->small, (uint32_t)picture->small_len},
        .large = {picture->large, (uint32_t)picture->large_len},
    };
    media_store_add(call->env->store, &media, on_kept, step);
}

/* 3. Say its name; a message may show it now. */
static void on_kept(void *ctx, enum status status)
{
    struct add_step *step = ctx;
    struct call *call = step->call;
    const struct wire_media_add *ask = CALL_BODY(call, media_add);
    if (status != STATUS_OK) {
        media_env_refuse(call, status);
        return;
    }
    const struct wire_media_added added = {
        .media = {
            .media_id = {step->id, MEDIA_ID_CHARS},
            .width = step->width,
            .height = step->height,
            .has_alt = ask->has_alt,
            .alt = ask->alt,
        },
    };
    call_reply(call, WIRE_MEDIA_ADDED, &added);
}
