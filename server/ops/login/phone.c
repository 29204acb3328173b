#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "ops/login/login_part.h"
#include "ops/operations.h"
#include "rules/content_check.h"

#define NAME_ROOM 32

struct phone_step {
    struct call *call;
    char token[SECRET_TOKEN_CHARS + 1];
};

static void on_opened(void *ctx, enum status status, const struct login_granted *granted);

/* For those who gave no name: 邻居 and four random digits. */
static struct wire_text neighbour_name(struct call *call)
{
    char *name = arena_alloc(&call->arena, NAME_ROOM);
    int len = snprintf(name, NAME_ROOM, "邻居%04u", (unsigned)randombytes_uniform(10000));
    return (struct wire_text){name, (uint32_t)len};
}

static void seal_phone(struct call *call, const char *e164, struct login_phone_try *attempt)
{
    uint8_t *sealed = arena_alloc(&call->arena, PHONE_E164_LEN + SECRET_SEAL_EXTRA);
    if (secret_seal(call->env->login->ring, SECRET_SEAL_PHONE, e164, PHONE_E164_LEN, sealed) ==
        STATUS_OK)
        attempt->phone_sealed =
            (struct wire_bytes){sealed, PHONE_E164_LEN + SECRET_SEAL_EXTRA};
}

/* 1. Hash what was shown; one statement compares, makes the account if need be, and logs in. */
void op_login_phone(struct call *call)
{
    const struct wire_login_phone *ask = CALL_BODY(call, login_phone);
    const struct secret_ring *ring = call->env->login->ring;
    char e164[PHONE_E164_LEN + 1];
    uint8_t phone_hash[SECRET_HASH_BYTES];
    uint8_t code_hash[SECRET_HASH_BYTES];
    uint8_t token_hash[SECRET_HASH_BYTES];
    enum status status = phone_normalise(ask->phone.data, ask->phone.len, e164);
    if (status != STATUS_OK) {
        call_fail_field(call, status, "phone");
        return;
    }
    if (ask->has_display_name && content_check_display_name(ask->display_name) != STATUS_OK) {
        call_fail_field(call, STATUS_INVALID_FIELD, "display_name");
        return;
    }
    uint64_t wait_ms = login_charge(call, LOGIN_CHARGE_TRY);
    if (wait_ms > 0) {
        call_fail_retry(call, STATUS_TOO_MANY_TRIES, wait_ms);
        return;
    }
    struct phone_step *step = arena_alloc(&call->arena, sizeof(*step));
    step->call = call;
    secret_token_make(step->token, token_hash);
    secret_phone_hash(ring, e164, phone_hash);
    secret_code_hash(ring, phone_hash, ask->code.data, ask->code.len, code_hash);
    struct login_phone_try attempt = {
        .phone_hash = phone_hash,
        .code_hash = code_hash,
        .token_hash = token_hash,
        .invite = ask->has_invite ? ask->invite : (struct wire_text){"", 0},
        .display_name = ask->has_display_name ? ask->display_name : neighbour_name(call),
        .client = login_client_of(call, ask->has_client, ask->client),
        .peer_prefix = login_prefix_of(call),
        .session_ms = call->env->login->settings.resident_session_ms,
    };
    seal_phone(call, e164, &attempt);
    login_store_phone(call->env->store, &attempt, on_opened, step);
}

/* 2. In, or not. */
static void on_opened(void *ctx, enum status status, const struct login_granted *granted)
{
    struct phone_step *step = ctx;
    struct call *call = step->call;
    if (status == STATUS_OK) {
        login_answer(call, granted, step->token);
        return;
    }
    if (status != STATUS_UNAVAILABLE && status != STATUS_BUSY)
        call->env->login->counts.refused++;
    if (status == STATUS_INVALID_FIELD)
        call_fail_field(call, status, "invite");
    else if (status == STATUS_NOT_FOUND) /* disabled: nothing is said about the account */
        call_fail(call, STATUS_WRONG_CODE);
    else if (status == STATUS_TOO_MANY_TRIES) /* this code is spent: ask for another */
        call_fail_retry(call, status, LOGIN_RESEND_AFTER_MS);
    else
        call_fail(call, status);
}
