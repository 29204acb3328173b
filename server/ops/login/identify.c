#include "ops/login/identify.h"

#include <string.h>

#include "base/mem.h"
#include "ops/session/person.h"
#include "rules/secret.h"
#include "store/session_store.h"

struct identify_wait {
    identify_fn fn;
    void *ctx; /* borrowed */
};

static void on_opened(void *ctx, enum status status, const struct session_opened *opened);

/* 1. Only the hash of a token is ever compared. */
void identify(struct ops_env *env, const char *token, identify_fn fn, void *ctx)
{
    struct session_credential credential = {.kind = SESSION_BY_TOKEN};
    if (!secret_token_hash(token, strlen(token), credential.hash)) {
        fn(ctx, STATUS_UNAUTHENTICATED, NULL);
        return;
    }
    struct identify_wait *wait = mem_alloc(sizeof(*wait));
    wait->fn = fn;
    wait->ctx = ctx;
    session_store_open(env->sessions, &credential, on_opened, wait);
}

/* 2. Somebody, or nobody. */
static void on_opened(void *ctx, enum status status, const struct session_opened *opened)
{
    struct identify_wait *wait = ctx;
    struct principal *who = status == STATUS_OK ? person_create(opened) : NULL;
    wait->fn(wait->ctx, status, who);
    mem_free(who);
    mem_free(wait);
}
