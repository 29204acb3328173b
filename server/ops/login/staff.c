#include <ctype.h>
#include <string.h>

#include "base/clock.h"
#include "ops/login/login_part.h"
#include "ops/operations.h"
#include "rules/password.h"
#include "rules/totp.h"

#define USERNAME_MAX 160 /* bytes of 40 code points */

/* One login on its way; lives in the call's arena. */
struct staff_step {
    struct call *call;
    uint64_t tries_key;
    uint64_t account_id;    /* 0: there is no such name */
    bool has_totp;
    uint8_t totp[TOTP_SECRET_BYTES];
    int64_t totp_last_step;
    struct wire_text client;
    const char *prefix;
    char token[SECRET_TOKEN_CHARS + 1];
};

static void on_credential(void *ctx, enum status status, const struct login_credential *credential);
static void on_checked(void *ctx, bool matches);
static void on_opened(void *ctx, enum status status, const struct login_granted *granted);
static void on_counted(void *ctx, enum status status);

/* Names are kept in lower case. */
static struct wire_text lower_name(struct call *call, struct wire_text name)
{
    char *lower = arena_copy_text(&call->arena, name.data, name.len);
    for (uint32_t i = 0; i < name.len; i++)
        lower[i] = (char)tolower((unsigned char)lower[i]);
    return (struct wire_text){lower, name.len};
}

static uint64_t key_of(const struct login_env *env, struct wire_text name)
{
    uint8_t hash[SECRET_HASH_BYTES];
    uint64_t key;
    char text[USERNAME_MAX + 8] = "user ";
    memcpy(text + 5, name.data, name.len < USERNAME_MAX ? name.len : USERNAME_MAX);
    secret_address_hash(env->ring, text, hash);
    memcpy(&key, hash, sizeof(key));
    return key | 1;
}

static void refuse_locked(struct call *call, int64_t locked_ms)
{
    call->env->login->counts.limited++;
    call_fail_retry(call, STATUS_TOO_MANY_TRIES, (uint64_t)locked_ms);
}

/* 1. Not guessing too fast? Then what is known of this name. */
void op_login_staff(struct call *call)
{
    const struct wire_login_staff *ask = CALL_BODY(call, login_staff);
    struct login_env *env = call->env->login;
    struct wire_text name = lower_name(call, ask->username);
    uint64_t wait_ms = login_charge(call, LOGIN_CHARGE_TRY);
    if (wait_ms > 0) {
        call_fail_retry(call, STATUS_TOO_MANY_TRIES, wait_ms);
        return;
    }
    struct staff_step *step = arena_alloc(&call->arena, sizeof(*step));
    step->call = call;
    step->tries_key = key_of(env, name);
    step->client = login_client_of(call, ask->has_client, ask->client);
    step->prefix = login_prefix_of(call);
    int64_t locked_ms = tries_locked_ms(env->tries, step->tries_key, clock_mono_ms());
    if (locked_ms > 0)
        refuse_locked(call, locked_ms);
    else
        login_store_credential(call->env->store, name, on_credential, step);
}

/* 2. The password is hashed in any case: an unknown name takes as long as a known one. */
static void on_credential(void *ctx, enum status status, const struct login_credential *credential)
{
    struct staff_step *step = ctx;
    struct call *call = step->call;
    struct login_env *env = call->env->login;
    const struct wire_login_staff *ask = CALL_BODY(call, login_staff);
    const char *hash = NULL;
    if (status != STATUS_OK && status != STATUS_NOT_FOUND) {
        call_fail(call, status);
        return;
    }
    if (status == STATUS_OK && credential->locked_ms > 0) {
        refuse_locked(call, credential->locked_ms);
        return;
    }
    if (status == STATUS_OK && !credential->disabled) {
        step->account_id = credential->account_id;
        step->totp_last_step = credential->totp_last_step;
        step->has_totp =
            credential->totp_sealed.len == TOTP_SECRET_BYTES + SECRET_SEAL_EXTRA &&
            secret_unseal(env->ring, SECRET_SEAL_TOTP, credential->totp_sealed.data,
                          credential->totp_sealed.len, step->totp) == STATUS_OK;
        hash = credential->password_hash.data;
    }
    const struct password_question question = {hash, ask->password.data, ask->password.len};
    status = password_pool_check(env->passwords, &question, on_checked, step);
    if (status != STATUS_OK)
        call_fail(call, status);
}

/* Every refusal looks the same from outside; the security log knows which it was. */
static void refuse(struct staff_step *step, const char *outcome)
{
    struct login_env *env = step->call->env->login;
    const struct login_staff_failed failed = {step->account_id, outcome, step->prefix};
    env->counts.refused++;
    tries_fail(env->tries, step->tries_key, clock_mono_ms());
    secret_wipe(step->totp, sizeof(step->totp));
    login_store_staff_failed(step->call->env->store, &failed, on_counted, step);
}

/* 3. Password and code: both, or nothing is said about either. */
static void on_checked(void *ctx, bool matches)
{
    struct staff_step *step = ctx;
    struct call *call = step->call;
    const struct wire_login_staff *ask = CALL_BODY(call, login_staff);
    int64_t totp_step = 0;
    uint8_t token_hash[SECRET_HASH_BYTES];
    enum status code = STATUS_WRONG_CODE;
    if (step->has_totp)
        code = totp_check(&(struct totp_state){step->totp, step->totp_last_step}, ask->totp.data,
                          ask->totp.len, clock_wall_ms(), &totp_step);
    if (!matches || code != STATUS_OK) {
        refuse(step, step->account_id == 0      ? "unknown_name"
                     : !matches                 ? "wrong_password"
                     : !step->has_totp          ? "no_second_factor"
                     : code == STATUS_REPLAYED ? "replayed_totp"
                                                : "wrong_totp");
        return;
    }
    secret_wipe(step->totp, sizeof(step->totp));
    secret_token_make(step->token, token_hash);
    const struct login_staff_open open = {
        .account_id = step->account_id,
        .totp_step = totp_step,
        .token_hash = token_hash,
        .client = step->client,
        .session_ms = call->env->login->settings.staff_session_ms,
    };
    login_store_staff_open(call->env->store, &open, on_opened, step);
}

/* 4. In; or somebody used the same code a moment earlier. */
static void on_opened(void *ctx, enum status status, const struct login_granted *granted)
{
    struct staff_step *step = ctx;
    struct call *call = step->call;
    if (status == STATUS_OK) {
        tries_clear(call->env->login->tries, step->tries_key);
        login_answer(call, granted, step->token);
    } else if (status == STATUS_REPLAYED) {
        refuse(step, "replayed_totp");
    } else {
        call_fail(call, status);
    }
}

static void on_counted(void *ctx, enum status status)
{
    struct staff_step *step = ctx;
    call_fail(step->call, status == STATUS_OK ? STATUS_WRONG_CODE : status);
}
