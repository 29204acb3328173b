#include "media/image_frame.h"
#include "ops/operations.h"
#include "store/media_store.h"

static void on_read(void *ctx, enum status status, struct wire_bytes content);

/* 1. The statement decides who may see it. */
void op_media_read(struct call *call)
{
    const struct wire_media_read *ask = CALL_BODY(call, media_read);
    if (ask->size != IMAGE_SMALL_SIDE && ask->size != IMAGE_LARGE_SIDE) {
        call_fail(call, STATUS_NOT_FOUND);
        return;
    }
    const struct media_ask wanted = {ask->media_id, ask->size, call->who->account_id};
    media_store_read(call->env->store, &wanted, on_read, call);
}

/* 2. The bytes, or why not. */
static void on_read(void *ctx, enum status status, struct wire_bytes content)
{
    struct call *call = ctx;
    if (status != STATUS_OK) {
        call_fail(call, status);
        return;
    }
    const struct wire_media_content answer = {.content = content};
    call_reply(call, WIRE_MEDIA_CONTENT, &answer);
}
