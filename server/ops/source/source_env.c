#include "ops/source/source_env.h"

#include <string.h>

#include "base/mem.h"
#include "rules/inject_signature.h"
#include "rules/secret.h"
#include "rules/throttle.h"
#include "store/source_store.h"

#include <uthash.h>
#include <utlist.h>

#define NAME_MAX_LEN 40
#define HOUR_S 3600
#define BURST_SHARE 10 /* a tenth of the hourly quota may come at once */
#define BURST_MIN 10

struct known_source {
    char name[NAME_MAX_LEN + 1]; /* key */
    struct source_record record;
    struct throttle_bucket bucket;
    int64_t heard_ms;
    UT_hash_handle hh;
};

struct nonce {
    uint8_t hash[SECRET_HASH_BYTES]; /* key: of source and nonce */
    int64_t noted_ms;
    struct nonce *prev, *next; /* oldest first */
    UT_hash_handle hh;
};

struct source_env {
    struct known_source *sources; /* hash by name */
    struct nonce *nonces;         /* hash */
    struct nonce *by_age;         /* list */
};

struct source_env *source_env_create(void)
{
    return mem_alloc(sizeof(struct source_env));
}

static void drop_source(struct source_env *env, struct known_source *source)
{
    HASH_DEL(env->sources, source);
    mem_free(source);
}

static void drop_nonce(struct source_env *env, struct nonce *nonce)
{
    if (env->nonces != NULL) /* it holds what the list holds */
        HASH_DEL(env->nonces, nonce);
    DL_DELETE(env->by_age, nonce);
    mem_free(nonce);
}

void source_env_destroy(struct source_env *env)
{
    struct known_source *source, *next_source;
    HASH_ITER(hh, env->sources, source, next_source)
        drop_source(env, source);
    while (env->by_age != NULL)
        drop_nonce(env, env->by_age);
    mem_free(env);
}

static struct known_source *find(const struct source_env *env, const char *name)
{
    struct known_source *source = NULL;
    HASH_FIND_STR(env->sources, name, source);
    return source;
}

const struct source_record *source_env_find(const struct source_env *env, const char *name)
{
    const struct known_source *source = find(env, name);
    return source != NULL ? &source->record : NULL;
}

static void drop_quietest(struct source_env *env)
{
    struct known_source *source, *next, *quietest = env->sources;
    HASH_ITER(hh, env->sources, source, next)
        if (source->heard_ms < quietest->heard_ms)
            quietest = source;
    drop_source(env, quietest);
}

void source_env_learn(struct source_env *env, const char *name, const struct source_record *record,
                      int64_t now_ms)
{
    struct known_source *source = find(env, name);
    size_t len = strlen(name);
    if (len > NAME_MAX_LEN)
        return; /* there is no such name */
    if (source == NULL) {
        if (HASH_COUNT(env->sources) >= SOURCES_KNOWN_MAX)
            drop_quietest(env);
        source = mem_alloc(sizeof(*source));
        memcpy(source->name, name, len);
        HASH_ADD_STR(env->sources, name, source);
    }
    source->record = *record;
    source->heard_ms = now_ms;
}

void source_env_forget(struct source_env *env, const char *name)
{
    struct known_source *source = find(env, name);
    if (source != NULL)
        drop_source(env, source);
}

uint64_t source_env_charge(struct source_env *env, const char *name, unsigned parts,
                           int64_t now_ms)
{
    struct known_source *source = find(env, name);
    if (source == NULL)
        return 0;
    /* In units of which the quota comes back per second, one alert costs an hour's seconds. */
    uint32_t quota = source->record.quota_per_hour;
    uint32_t burst = quota / BURST_SHARE > BURST_MIN ? quota / BURST_SHARE : BURST_MIN;
    const struct throttle_limit limit = {quota, burst * HOUR_S};
    return throttle_take(&source->bucket, &limit, parts * HOUR_S, now_ms);
}

static void hash_nonce(uint64_t source_id, const char *text, uint8_t hash[SECRET_HASH_BYTES])
{
    uint8_t bytes[sizeof(source_id) + INJECT_ID_LEN_MAX];
    size_t len = strnlen(text, INJECT_ID_LEN_MAX);
    memcpy(bytes, &source_id, sizeof(source_id));
    memcpy(bytes + sizeof(source_id), text, len);
    secret_digest(bytes, sizeof(source_id) + len, hash);
}

enum status source_env_note(struct source_env *env, uint64_t source_id, const char *text,
                            int64_t now_ms)
{
    uint8_t hash[SECRET_HASH_BYTES];
    struct nonce *nonce = NULL;
    hash_nonce(source_id, text, hash);
    while (env->by_age != NULL && env->by_age->noted_ms + INJECT_NONCE_KEPT_MS <= now_ms)
        drop_nonce(env, env->by_age);
    HASH_FIND(hh, env->nonces, hash, sizeof(hash), nonce);
    if (nonce != NULL)
        return STATUS_REPLAYED;
    if (HASH_COUNT(env->nonces) >= NONCES_KEPT_MAX) {
        /* Beyond twice the window its time stamp refuses it anyhow. */
        if (env->by_age == NULL || env->by_age->noted_ms + 2 * INJECT_WINDOW_MS > now_ms)
            return STATUS_BUSY;
        drop_nonce(env, env->by_age);
    }
    nonce = mem_alloc(sizeof(*nonce));
    memcpy(nonce->hash, hash, sizeof(hash));
    nonce->noted_ms = now_ms;
    HASH_ADD(hh, env->nonces, hash, sizeof(nonce->hash), nonce);
    DL_APPEND(env->by_age, nonce);
    return STATUS_OK;
}

void source_env_unnote(struct source_env *env, uint64_t source_id, const char *text)
{
    uint8_t hash[SECRET_HASH_BYTES];
    struct nonce *nonce = NULL;
    hash_nonce(source_id, text, hash);
    HASH_FIND(hh, env->nonces, hash, sizeof(hash), nonce);
    if (nonce != NULL)
        drop_nonce(env, nonce);
}
