#include "ops/source/source_admit.h"

#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "ops/source/source_env.h"
#include "rules/inject_signature.h"
#include "store/source_store.h"

#define SOURCE_NAME_MAX 40

/* One request on its way in. */
struct admission {
    struct ops_env *env;
    char source[SOURCE_NAME_MAX + 1];
    char id[INJECT_ID_LEN_MAX + 1];
    struct inject_request request; /* strings in `claim`, body borrowed from the caller */
    char *claim;                   /* owned: timestamp and signature */
    unsigned parts;
    struct source_record record; /* who it turned out to be */
    source_admit_fn fn;
    void *ctx; /* borrowed */
};

static void on_record(void *ctx, enum status status, const struct source_record *record);
static void on_noted(void *ctx, enum status status);

static void finish(struct admission *admission, enum status status, uint64_t retry_after_ms)
{
    const struct principal who = {
        .kind = PRINCIPAL_SOURCE,
        .source_id = admission->record.source_id,
        .source_station_id = admission->record.station_id,
        .display_name = {"", 0},
    };
    const struct source_verdict verdict = {status, status == STATUS_OK ? &who : NULL,
                                           retry_after_ms};
    admission->fn(admission->ctx, &verdict);
    mem_free(admission->claim);
    mem_free(admission);
}

static void copy_claim(struct admission *admission, const struct source_claim *claim)
{
    size_t time_len = strlen(claim->timestamp) + 1;
    size_t signature_len = strlen(claim->signature) + 1;
    admission->claim = mem_alloc(time_len + signature_len);
    memcpy(admission->claim, claim->timestamp, time_len);
    memcpy(admission->claim + time_len, claim->signature, signature_len);
    memcpy(admission->source, claim->source, strlen(claim->source));
    memcpy(admission->id, claim->id, strlen(claim->id));
    admission->request = (struct inject_request){
        .id = admission->id,
        .timestamp = admission->claim,
        .signature = admission->claim + time_len,
        .body = claim->body,
        .body_len = claim->body_len,
    };
}

/* 1. What can be refused without asking anybody; then who that name belongs to. */
void source_admit(struct ops_env *env, const struct source_claim *claim, source_admit_fn fn,
                  void *ctx)
{
    const struct inject_request request = {claim->id, claim->timestamp, claim->signature,
                                           claim->body, claim->body_len};
    int64_t sent_ms;
    enum status status = inject_signature_window(&request, clock_wall_ms(), &sent_ms);
    if (status == STATUS_OK &&
        (claim->source == NULL || claim->source[0] == '\0' ||
         strnlen(claim->source, SOURCE_NAME_MAX + 1) > SOURCE_NAME_MAX))
        status = STATUS_INVALID_SIGNATURE;
    if (status != STATUS_OK) {
        const struct source_verdict verdict = {status, NULL, 0};
        fn(ctx, &verdict);
        return;
    }
    struct admission *admission = mem_alloc(sizeof(*admission));
    admission->env = env;
    admission->parts = claim->parts;
    admission->fn = fn;
    admission->ctx = ctx;
    copy_claim(admission, claim);
    source_store_find(env->store, admission->source, on_record, admission);
}

/* 2. Known, by the database or, while that is away, by what this node remembers: then is it really
 *    signed by that source, and may it send now? */
static void on_record(void *ctx, enum status status, const struct source_record *record)
{
    struct admission *admission = ctx;
    struct source_env *sources = admission->env->source;
    if (status == STATUS_OK) {
        source_env_learn(sources, admission->source, record, clock_mono_ms());
    } else if (status == STATUS_NOT_FOUND) {
        source_env_forget(sources, admission->source);
        finish(admission, STATUS_INVALID_SIGNATURE, 0);
        return;
    } else {
        record = source_env_find(sources, admission->source);
        if (record == NULL) {
            finish(admission, STATUS_UNAVAILABLE, 0);
            return;
        }
    }
    admission->record = *record;
    status = inject_signature_check(&admission->request, record->public_key);
    if (status == STATUS_OK && record->disabled)
        status = STATUS_SOURCE_DISABLED;
    if (status != STATUS_OK) {
        log_warn("ops.source_refused", "source=%llu status=%s",
                 (unsigned long long)admission->record.source_id, status_name(status));
        finish(admission, status, 0);
        return;
    }
    /* Seen before first: whoever repeats another's request must not use up the source's quota. */
    status = source_env_note(sources, record->source_id, admission->id, clock_mono_ms());
    if (status != STATUS_OK) {
        finish(admission, status, 0);
        return;
    }
    uint64_t wait_ms = source_env_charge(sources, admission->source, admission->parts,
                                         clock_mono_ms());
    if (wait_ms > 0) {
        source_env_unnote(sources, record->source_id, admission->id);
        finish(admission, STATUS_RATE_LIMITED, wait_ms);
        return;
    }
    source_store_nonce(admission->env->store, admission->record.source_id, admission->id, on_noted,
                       admission);
}

/* 3. Taken for the first time, on any node; or the database is away and our memory must do. */
static void on_noted(void *ctx, enum status status)
{
    struct admission *admission = ctx;
    if (status == STATUS_UNAVAILABLE)
        status = STATUS_OK;
    if (status != STATUS_OK && status != STATUS_REPLAYED)
        source_env_unnote(admission->env->source, admission->record.source_id, admission->id);
    finish(admission, status, 0);
}
