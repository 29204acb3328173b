#include "ops/access/reading.h"
#include "ops/dispatch.h"
#include "ops/operations.h"
#include "ops/scope.h"
#include "rules/content_check.h"
#include "store/account_look.h"
#include "store/account_store.h"

#define AUDIENCE_IN_CHARGE 1 /* there is one projection of a person's file */

struct opening {
    struct call *call; /* lives until its answer */
    struct wire_account_file file;
};

static void on_place(void *ctx, enum status status, const struct account_place *place);
static void on_file(void *ctx, enum status status, struct arena *arena,
                    const struct account_kept *kept);
static void on_recorded(void *ctx, enum status status);

/* Whose file it is; and nobody opens one without saying why. */
void scope_account_read(struct call *call)
{
    const struct wire_account_read *ask = CALL_BODY(call, account_read);
    call->facts.reason_given = content_has_substance(ask->reason);
    if (!call->facts.reason_given)
        call_fail_field(call, STATUS_INVALID_FIELD, "reason");
    else
        account_store_place(call->env->store, ask->account_id, on_place, call);
}

static void on_place(void *ctx, enum status status, const struct account_place *place)
{
    struct call *call = ctx;
    if (status == STATUS_OK) {
        call->facts.community_id = place->community_id;
        call->facts.station_id = place->station_id;
        call->facts.owner_account_id = place->account_id;
    }
    dispatch_decide(call, status);
}

/* 1. What is kept about her. */
void op_account_read(struct call *call)
{
    struct opening *opening = arena_alloc(&call->arena, sizeof(*opening));
    opening->call = call;
    account_look_file(call->env->store, CALL_BODY(call, account_read)->account_id,
                      call->who->account_id, on_file, opening);
}

/* 2. It is in the audit first. */
static void on_file(void *ctx, enum status status, struct arena *arena,
                    const struct account_kept *kept)
{
    struct opening *opening = ctx;
    struct call *call = opening->call;
    if (status != STATUS_OK) {
        call_fail(call, status);
        return;
    }
    arena_join(&call->arena, arena);
    opening->file = kept->file;
    const struct access_reading reading = {
        .kind = WIRE_ACCESS_KIND_ACCOUNT,
        .entity_id = kept->file.account_id,
        .station_id = kept->station_id,
        .actor_id = call->who->account_id,
        .audience = AUDIENCE_IN_CHARGE,
        .reason = CALL_BODY(call, account_read)->reason,
    };
    reading_record(call->env, &reading, 1, on_recorded, opening);
}

/* 3. */
static void on_recorded(void *ctx, enum status status)
{
    struct opening *opening = ctx;
    if (status != STATUS_OK)
        call_fail(opening->call, status);
    else
        call_reply(opening->call, WIRE_ACCOUNT_FILE, &opening->file);
}
