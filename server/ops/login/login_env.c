#include "ops/login/login_env.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "ops/login/login_door.h"
#include "ops/login/login_part.h"
#include "rules/content_check.h"

#define DAY_MS INT64_C(86400000)
#define HOUR_MS INT64_C(3600000)
#define ADDRESS_PLACES 8192
#define CODE_WINDOW_S 3600
#define TRY_WINDOW_S 900
#define PER_ADDRESS 60

static void set_defaults(struct login_settings *settings)
{
    if (settings->resident_session_ms == 0)
        settings->resident_session_ms = 30 * DAY_MS;
    if (settings->staff_session_ms == 0)
        settings->staff_session_ms = 12 * HOUR_MS;
    if (settings->codes_per_address == 0)
        settings->codes_per_address = PER_ADDRESS;
    if (settings->tries_per_address == 0)
        settings->tries_per_address = PER_ADDRESS;
}

enum status login_env_create(uv_loop_t *loop, const struct login_settings *settings,
                             const struct secret_ring *ring, struct login_env **out)
{
    struct login_env *env = mem_alloc(sizeof(*env));
    env->settings = *settings;
    set_defaults(&env->settings);
    env->ring = ring;
    enum status status = password_pool_create(loop, &env->passwords);
    if (status != STATUS_OK) {
        mem_free(env);
        return status;
    }
    env->tries = tries_create();
    env->addresses = throttle_table_create(ADDRESS_PLACES);
    *out = env;
    return STATUS_OK;
}

static void on_pool_closed(void *ctx)
{
    struct login_env *env = ctx;
    env->on_closed(env->closed_ctx);
}

void login_env_close(struct login_env *env, login_closed_fn fn, void *ctx)
{
    env->on_closed = fn;
    env->closed_ctx = ctx;
    password_pool_close(env->passwords, on_pool_closed, env);
}

void login_env_destroy(struct login_env *env)
{
    password_pool_destroy(env->passwords);
    tries_destroy(env->tries);
    throttle_table_destroy(env->addresses);
    mem_free(env);
}

const struct secret_ring *login_env_ring(const struct login_env *env)
{
    return env->ring;
}

void login_env_count(const struct login_env *env, struct login_counts *out)
{
    *out = env->counts;
    out->hashes_waiting = password_pool_waiting(env->passwords);
}

/* The two limits of one address must not share a bucket. */
static uint64_t charge_key(const struct login_env *env, const char *prefix, enum login_charge what)
{
    uint8_t hash[SECRET_HASH_BYTES];
    uint64_t key;
    char text[LOGIN_PREFIX_MAX + 2];
    snprintf(text, sizeof(text), "%d %s", (int)what, prefix);
    secret_address_hash(env->ring, text, hash);
    memcpy(&key, hash, sizeof(key));
    return key | 1;
}

uint64_t login_charge(struct call *call, enum login_charge what)
{
    struct login_env *env = call->env->login;
    const struct login_door *door = call->door;
    const uint32_t window = what == LOGIN_CHARGE_CODE ? CODE_WINDOW_S : TRY_WINDOW_S;
    const uint32_t most = what == LOGIN_CHARGE_CODE ? env->settings.codes_per_address
                                                    : env->settings.tries_per_address;
    /* `most` units come back per second, one action costs the window: `most` of them per window. */
    const struct throttle_limit limit = {most, most * window};
    const struct throttle_charge charge = {
        .kind = THROTTLE_ADDRESS,
        .key = charge_key(env, door != NULL ? door->address : "", what),
        .cost = window,
    };
    uint64_t wait_ms = throttle_table_take(env->addresses, &limit, &charge, clock_mono_ms());
    if (wait_ms > 0)
        env->counts.limited++;
    return wait_ms;
}

void login_peer_prefix(const char *address, char out[LOGIN_PREFIX_MAX])
{
    uint8_t bytes[16] = {0};
    char text[INET6_ADDRSTRLEN];
    out[0] = '\0';
    if (inet_pton(AF_INET, address, bytes) == 1) {
        bytes[3] = 0;
        if (inet_ntop(AF_INET, bytes, text, sizeof(text)) != NULL)
            snprintf(out, LOGIN_PREFIX_MAX, "%.15s/24", text);
    } else if (inet_pton(AF_INET6, address, bytes) == 1) {
        memset(bytes + 6, 0, sizeof(bytes) - 6);
        if (inet_ntop(AF_INET6, bytes, text, sizeof(text)) != NULL)
            snprintf(out, LOGIN_PREFIX_MAX, "%.39s/48", text);
    }
}

const char *login_prefix_of(struct call *call)
{
    const struct login_door *door = call->door;
    char prefix[LOGIN_PREFIX_MAX];
    login_peer_prefix(door != NULL ? door->address : "", prefix);
    return arena_copy_text(&call->arena, prefix, strlen(prefix));
}

/* At most LOGIN_CLIENT_CHARS bytes of printable ASCII. */
static struct wire_text plain_text(struct call *call, const char *text)
{
    char plain[LOGIN_CLIENT_CHARS];
    uint32_t len = 0;
    for (; *text != '\0' && len < sizeof(plain); text++)
        if (*text >= ' ' && *text <= '~')
            plain[len++] = *text;
    return (struct wire_text){arena_copy_text(&call->arena, plain, len), len};
}

struct wire_text login_client_of(struct call *call, bool has_client, struct wire_text client)
{
    const struct login_door *door = call->door;
    if (has_client)
        client = content_one_line(client, LOGIN_CLIENT_CHARS, &call->arena);
    if (has_client && client.len > 0)
        return client;
    return plain_text(call, door != NULL && door->user_agent != NULL ? door->user_agent : "");
}

void login_answer(struct call *call, const struct login_granted *granted,
                  const char token[SECRET_TOKEN_CHARS + 1])
{
    const struct wire_login_granted answer = {
        .account_id = granted->account_id,
        .token = {token, SECRET_TOKEN_CHARS},
        .expires_at = granted->expires_at,
        .display_name = granted->display_name,
        .is_staff = granted->is_staff,
    };
    call->env->login->counts.granted++;
    call_reply(call, WIRE_LOGIN_GRANTED, &answer); /* frees the call and what it holds */
}
