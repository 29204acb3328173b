#include "ops/person/person_scope.h"

#include "ops/dispatch.h"
#include "ops/person/person_env.h"
#include "store/person_store.h"

static void on_facts(void *ctx, enum status status, const struct person_scope_facts *facts);
static void on_card(void *ctx, enum status status, const struct person_scope_facts *facts);
static void on_place(void *ctx, enum status status, const struct person_place *place);

/* From the database, always: what she is to it depends on roles and halls as they are now. */
void person_scope(struct call *call)
{
    person_store_facts(call->env->person->store, call->scope_id, call->who->account_id, on_facts,
                       call);
}

static void on_facts(void *ctx, enum status status, const struct person_scope_facts *facts)
{
    struct call *call = ctx;
    if (status == STATUS_OK) {
        bool is_family = facts->viewer == WIRE_PERSON_AUDIENCE_FAMILY;
        call->facts.station_id = facts->station_id;
        call->facts.community_id = facts->community_id;
        call->facts.owner_account_id = is_family ? call->who->account_id : 0;
        call->facts.is_party = is_family;
        call->facts.is_assigned = facts->viewer == WIRE_PERSON_AUDIENCE_TEAM;
    }
    dispatch_decide(call, status);
}

void person_card_scope(struct call *call)
{
    person_store_facts(call->env->person->store, call->scope_id, call->who->account_id, on_card,
                       call);
}

static bool has_role_in(const struct principal *who, uint64_t community_id)
{
    for (uint32_t i = 0; i < who->grant_count; i++)
        if (who->grants[i].community_id == community_id)
            return true;
    return false;
}

static void on_card(void *ctx, enum status status, const struct person_scope_facts *facts)
{
    struct call *call = ctx;
    const struct principal *who = call->who;
    for (uint32_t i = 0; status == STATUS_OK && i < facts->hall_communities.count; i++) {
        uint64_t community_id = facts->hall_communities.items[i];
        call->facts.station_id = facts->station_id;       /* of what was shown only */
        if (facts->viewer == WIRE_PERSON_AUDIENCE_FAMILY) /* wherever she lives */
            call->facts.is_member = true;
        if (who->home_community_id != community_id && !has_role_in(who, community_id))
            continue;
        call->facts.community_id = community_id;
        call->facts.is_member |= who->home_community_id == community_id;
    }
    dispatch_decide(call, status);
}

/* A resident may report for every community of her own station. */
void person_report_scope(struct call *call)
{
    person_store_place(call->env->person->store, call->scope_id, on_place, call);
}

static void on_place(void *ctx, enum status status, const struct person_place *place)
{
    struct call *call = ctx;
    if (status == STATUS_OK) {
        call->facts.station_id = place->station_id;
        call->facts.community_id = place->community_id;
        call->facts.is_member =
            call->who->home_community_id != 0 && call->who->home_station_id == place->station_id;
    }
    dispatch_decide(call, status);
}
