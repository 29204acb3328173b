/*
 * source_admit: whether a signed request is a source's own, fresh, seen for the first time and
 * within quota (domain F1). What comes out is the principal for the dispatcher.
 * With the database away, sources this node has met before are still admitted, with the requests it
 * remembers: a critical alert must come through (the handler spools it).
 */
#ifndef OPS_SOURCE_SOURCE_ADMIT_H
#define OPS_SOURCE_SOURCE_ADMIT_H

#include <stddef.h>
#include <stdint.h>

#include "ops/ops_env.h"
#include "rules/principal.h"

/* Borrowed for the call; NULL where a header is missing. */
struct source_claim {
    const char *source;    /* hall-source */
    const char *id;        /* webhook-id */
    const char *timestamp; /* webhook-timestamp */
    const char *signature; /* webhook-signature */
    const uint8_t *body;   /* borrowed until fn was called */
    size_t body_len;
    unsigned parts; /* alerts in it, for the quota; 1, or the items of a batch */
};

struct source_verdict {
    enum status status;
    const struct principal *who; /* NULL unless STATUS_OK; borrowed for the call */
    uint64_t retry_after_ms;     /* with STATUS_RATE_LIMITED */
};

/*
 * STATUS_INVALID_SIGNATURE (also: unknown source), STATUS_STALE_TIMESTAMP, STATUS_REPLAYED,
 * STATUS_SOURCE_DISABLED, STATUS_RATE_LIMITED, STATUS_UNAVAILABLE. Calls fn once, perhaps before
 * it returns.
 */
typedef void (*source_admit_fn)(void *ctx, const struct source_verdict *verdict);
void source_admit(struct ops_env *env, const struct source_claim *claim, source_admit_fn fn,
                  void *ctx);

#endif
