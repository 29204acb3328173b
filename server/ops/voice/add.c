#include "base/mem.h"
#include "media/media.h"
#include "ops/media/media_env.h"
#include "ops/operations.h"
#include "store/media_store.h"

struct add_step {
    struct call *call;
    char id[MEDIA_ID_CHARS + 1];
    uint32_t duration_ms;
};

static void on_made(void *ctx, enum status status, const struct media_voice *voice);
static void on_kept(void *ctx, enum status status);

/* 1. Make it anew, in a process of its own. */
void op_voice_add(struct call *call)
{
    const struct wire_voice_add *ask = CALL_BODY(call, voice_add);
    struct add_step *step = arena_alloc(&call->arena, sizeof(*step));
    step->call = call;
    enum status status = media_convert_voice(call->env->media->media, ask->content.data,
                                             ask->content.len, on_made, step);
    if (status != STATUS_OK)
        call_fail(call, status);
}

/* 2. Keep it under a name that cannot be guessed. */
static void on_made(void *ctx, enum status status, const struct media_voice *voice)
{
    struct add_step *step = ctx;
    struct call *call = step->call;
    if (status != STATUS_OK) {
        call_fail(call, status);
        return;
    }
    media_env_name(step->id);
    step->duration_ms = voice->duration_ms;
    const struct voice_new kept = {
        .id = step->id,
        .owner_id = call->who->account_id,
        .duration_ms = voice->duration_ms,
        .sound = {voice->bytes, (uint32_t)voice->len},
    };
    media_store_add_voice(call->env->store, &kept, on_kept, step);
}

/* 3. Say its name; a message may hold it now. */
static void on_kept(void *ctx, enum status status)
{
    struct add_step *step = ctx;
    struct call *call = step->call;
    if (status != STATUS_OK) {
        media_env_refuse(call, status);
        return;
    }
    const struct wire_media_added added = {
        .media = {
            .media_id = {step->id, MEDIA_ID_CHARS},
            .has_duration_ms = true,
            .duration_ms = step->duration_ms,
        },
    };
    call_reply(call, WIRE_MEDIA_ADDED, &added);
}
