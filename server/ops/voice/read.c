#include "ops/operations.h"
#include "store/media_store.h"

static void on_read(void *ctx, enum status status, struct wire_bytes content);

/* 1. The statement decides who may hear it. */
void op_voice_read(struct call *call)
{
    const struct wire_voice_read *ask = CALL_BODY(call, voice_read);
    const struct media_ask wanted = {ask->media_id, MEDIA_SIZE_VOICE, call->who->account_id};
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
    const struct wire_voice_content answer = {.content = content};
    call_reply(call, WIRE_VOICE_CONTENT, &answer);
}
