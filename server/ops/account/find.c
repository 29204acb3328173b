#include "ops/login/login_env.h"
#include "ops/operations.h"
#include "rules/content_check.h"
#include "rules/phone.h"
#include "rules/secret.h"
#include "store/account_look.h"

static void on_found(void *ctx, enum status status, const struct wire_account_found *found);

/* What is asked for in a way it cannot be. NULL: it can. */
static const char *wrong_field(const struct wire_account_find *ask)
{
    if (ask->has_phone == ask->has_name)
        return ask->has_phone ? "name" : "phone";
    if (ask->has_name && !content_has_substance(ask->name))
        return "name";
    if (ask->has_building_id && !ask->has_name)
        return "building_id";
    return NULL;
}

/* 1. A person of her places. Of a phone only its keyed hash is compared, and none is kept. */
void op_account_find(struct call *call)
{
    const struct wire_account_find *ask = CALL_BODY(call, account_find);
    const char *field = wrong_field(ask);
    char e164[PHONE_E164_LEN + 1];
    uint8_t hash[SECRET_HASH_BYTES];
    struct account_search search = {
        .actor_id = call->who->account_id,
        .role_used = call->role,
        .building_id = ask->has_building_id ? ask->building_id : 0,
    };
    if (field == NULL && ask->has_phone &&
        phone_normalise(ask->phone.data, ask->phone.len, e164) != STATUS_OK)
        field = "phone";
    if (field != NULL) {
        call_fail_field(call, STATUS_INVALID_FIELD, field);
        return;
    }
    if (ask->has_phone) {
        secret_phone_hash(login_env_ring(call->env->login), e164, hash);
        search.phone_hash = (struct wire_bytes){hash, sizeof(hash)};
    } else {
        search.name = ask->name;
    }
    account_look_find(call->env->store, &search, on_found, call);
}

/* 2. */
static void on_found(void *ctx, enum status status, const struct wire_account_found *found)
{
    struct call *call = ctx;
    if (status != STATUS_OK)
        call_fail(call, status);
    else
        call_reply(call, WIRE_ACCOUNT_FOUND, found);
}
