#include "ops/dispatch.h"
#include "ops/operations.h"
#include "ops/scope.h"
#include "rules/content_check.h"
#include "store/account_store.h"

static void on_place(void *ctx, enum status status, const struct account_place *place);
static void on_verified(void *ctx, enum status status);

/* Whose address it is: she must be of the community of whoever confirms it. */
void scope_address(struct call *call)
{
    account_store_place(call->env->store, CALL_BODY(call, address_verify)->account_id, on_place,
                        call);
}

static void on_place(void *ctx, enum status status, const struct account_place *place)
{
    struct call *call = ctx;
    if (status == STATUS_OK) {
        call->facts.community_id = place->community_id;
        call->facts.station_id = place->station_id;
        call->facts.owner_account_id = place->account_id;
        call->facts.is_party = place->account_id == call->who->account_id;
        if (place->level < WIRE_VERIFICATION_LEVEL_V1)
            status = STATUS_NOT_FOUND;
    }
    dispatch_decide(call, status);
}

/* 1. She lives at this door. The statement demands a unit of her own community. */
void op_address_verify(struct call *call)
{
    const struct wire_address_verify *body = CALL_BODY(call, address_verify);
    if (!content_has_substance(body->door)) {
        call_fail_field(call, STATUS_INVALID_FIELD, "door");
        return;
    }
    struct account_verify verify = {
        .account_id = body->account_id,
        .unit_id = body->unit_id,
        .door = body->door,
        .actor_id = call->who->account_id,
        .role_used = call->role,
    };
    account_store_verify(call->env->store, &verify, on_verified, call);
}

/* 2. */
static void on_verified(void *ctx, enum status status)
{
    struct call *call = ctx;
    if (status == STATUS_UNKNOWN_PLACE)
        call_fail_field(call, status, "unit_id");
    else
        call_finish(call, status);
}
