#include "ops/operations.h"
#include "ops/person/person_env.h"
#include "rules/content_check.h"
#include "store/person_store.h"

#define SEEN_AHEAD_MS (5LL * 60 * 1000)

static void on_stored(void *ctx, enum status status, const struct person_sighted *sighted);

/* 1. 我看到了: kept, and by the listening link to the team alone. */
void op_person_sighting(struct call *call)
{
    const struct wire_person_sighting *body = CALL_BODY(call, person_sighting);
    if (!content_has_substance(body->place)) {
        call_fail_field(call, STATUS_INVALID_FIELD, "place");
        return;
    }
    if (body->seen_at <= 0 || body->seen_at > call->now_ms + SEEN_AHEAD_MS) {
        call_fail_field(call, STATUS_INVALID_FIELD, "seen_at");
        return;
    }
    person_store_sight(call->env->person->store,
                       &(struct person_sighting_draft){call->who->account_id, body}, on_stored,
                       call);
}

/* 2. */
static void on_stored(void *ctx, enum status status, const struct person_sighted *sighted)
{
    struct call *call = ctx;
    if (status != STATUS_OK) {
        const char *field = status == STATUS_INVALID_FIELD ? "media_id"
                            : status == STATUS_KEY_REUSED  ? "client_key"
                                                           : "";
        call_fail_field(call, status, field);
        return;
    }
    const struct wire_person_sighted reply = {sighted->sighting_id, sighted->is_new};
    call_reply(call, WIRE_PERSON_SIGHTED, &reply);
}
