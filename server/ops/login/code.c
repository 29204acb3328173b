#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "ops/login/login_part.h"
#include "ops/operations.h"

#define CODE_VALID_MS 300000
#define SEALED_CODE_BYTES (SECRET_CODE_DIGITS + SECRET_SEAL_EXTRA)
#define SEALED_CODE_CHARS 96

struct code_step {
    struct call *call;
    char code[SECRET_CODE_DIGITS + 1];
};

static void on_kept(void *ctx, enum status status, int64_t retry_after_ms);

/* Even the outbox has number and code only under seal; the adapter that sends opens them. */
static enum status seal_for_outbox(struct call *call, const char *e164, const char *code,
                                   struct login_code_new *out)
{
    const struct secret_ring *ring = call->env->login->ring;
    uint8_t sealed_code[SEALED_CODE_BYTES];
    char text[SEALED_CODE_CHARS];
    uint8_t *sealed_phone = arena_alloc(&call->arena, PHONE_E164_LEN + SECRET_SEAL_EXTRA);
    enum status status =
        secret_seal(ring, SECRET_SEAL_PHONE, e164, PHONE_E164_LEN, sealed_phone);
    if (status == STATUS_OK)
        status = secret_seal(ring, SECRET_SEAL_PHONE, code, SECRET_CODE_DIGITS, sealed_code);
    if (status != STATUS_OK)
        return status;
    sodium_bin2base64(text, sizeof(text), sealed_code, sizeof(sealed_code),
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    const size_t room = SEALED_CODE_CHARS + 24;
    char *payload = arena_alloc(&call->arena, room);
    int len = snprintf(payload, room, "{\"code_sealed\":\"%s\"}", text);
    out->phone_sealed = (struct wire_bytes){sealed_phone, PHONE_E164_LEN + SECRET_SEAL_EXTRA};
    out->payload = (struct wire_text){payload, (uint32_t)len};
    return STATUS_OK;
}

/* 1. Make a code, keep its hash. The same road and the same answer for every phone. */
void op_login_code(struct call *call)
{
    const struct wire_login_code *ask = CALL_BODY(call, login_code);
    const struct login_env *env = call->env->login;
    char e164[PHONE_E164_LEN + 1];
    uint8_t phone_hash[SECRET_HASH_BYTES];
    uint8_t code_hash[SECRET_HASH_BYTES];
    enum status status = phone_normalise(ask->phone.data, ask->phone.len, e164);
    if (status != STATUS_OK) {
        call_fail_field(call, status, "phone");
        return;
    }
    uint64_t wait_ms = login_charge(call, LOGIN_CHARGE_CODE);
    if (wait_ms > 0) {
        call_fail_retry(call, STATUS_RATE_LIMITED, wait_ms);
        return;
    }
    struct code_step *step = arena_alloc(&call->arena, sizeof(*step));
    struct login_code_new code = {.phone_hash = phone_hash, .code_hash = code_hash};
    step->call = call;
    secret_code_make(step->code);
    secret_phone_hash(env->ring, e164, phone_hash);
    secret_code_hash(env->ring, phone_hash, step->code, SECRET_CODE_DIGITS, code_hash);
    if (env->settings.adapter == LOGIN_ADAPTER_OUTBOX) {
        status = seal_for_outbox(call, e164, step->code, &code);
        if (status != STATUS_OK) {
            call_fail(call, status);
            return;
        }
    }
    login_store_code(call->env->store, &code, on_kept, step);
}

/* 2. It is kept, and on its way or shown. */
static void on_kept(void *ctx, enum status status, int64_t retry_after_ms)
{
    struct code_step *step = ctx;
    struct call *call = step->call;
    if (status == STATUS_RATE_LIMITED) {
        call->env->login->counts.limited++;
        call_fail_retry(call, status, (uint64_t)retry_after_ms);
        return;
    }
    if (status != STATUS_OK) {
        call_fail(call, status);
        return;
    }
    const struct wire_login_code_sent sent = {
        .expires_in_ms = CODE_VALID_MS,
        .retry_after_ms = LOGIN_RESEND_AFTER_MS,
        .has_demo_code = call->env->login->settings.adapter == LOGIN_ADAPTER_DEMO,
        .demo_code = {step->code, SECRET_CODE_DIGITS},
    };
    call_reply(call, WIRE_LOGIN_CODE_SENT, &sent);
}
