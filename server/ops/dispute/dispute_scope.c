#include "ops/dispute/dispute_scope.h"

#include "ops/dispatch.h"
#include "store/dispute_store.h"

static void on_place(void *ctx, enum status status, const struct dispute_place *place)
{
    struct call *call = ctx;
    if (status == STATUS_OK) {
        call->facts.station_id = place->station_id;
        call->facts.community_id = place->community_id;
        call->facts.grid_id = place->grid_id;
        call->facts.building_id = place->building_id;
        call->facts.owner_account_id = place->reporter_id;
        call->facts.is_assigned = place->is_member;
        call->facts.is_party = place->reporter_id == call->who->account_id;
    }
    dispatch_decide(call, status);
}

void dispute_scope(struct call *call)
{
    dispute_store_place(call->env->store, call->scope_id, call->who->account_id, on_place, call);
}

void dispute_scope_read(struct call *call)
{
    const struct wire_dispute_read *ask = CALL_BODY(call, dispute_read);
    call->facts.reason_given = ask->has_reason && ask->reason.len > 0;
    dispute_scope(call);
}

void dispute_scope_two(struct call *call)
{
    call->facts.second_approved = true;
    dispute_scope(call);
}

/* What is not there and what is not hers to report about get the same answer. */
static void on_resolved(void *ctx, enum status status, const struct dispute_answer *answer)
{
    struct call *call = ctx;
    const struct wire_dispute_submit *report = CALL_BODY(call, dispute_submit);
    bool is_there = status == STATUS_OK && answer->place_id != 0 &&
                    (!report->has_room_id || answer->said_by != 0);
    if (status == STATUS_OK && !is_there && answer->known_id == 0)
        status = STATUS_NOT_FOUND;
    if (status == STATUS_OK) {
        call->facts.station_id = answer->station_id;
        call->facts.community_id = answer->community_id;
        call->facts.grid_id = answer->grid_id;
        call->facts.building_id = answer->building_id;
        call->facts.is_member =
            answer->home_community_id != 0 &&
            (answer->home_community_id == answer->community_id || answer->known_id != 0);
        call->facts.owner_account_id =
            answer->known_id != 0 ? call->who->account_id : answer->said_by;
    }
    dispatch_decide(call, status);
}

void dispute_scope_submit(struct call *call)
{
    const struct wire_dispute_submit *report = CALL_BODY(call, dispute_submit);
    int ways = (report->has_place_id ? 1 : 0) + (report->has_place_code ? 1 : 0);
    if (report->has_room_id != report->has_seq) {
        call_fail_field(call, STATUS_INVALID_FIELD, "seq");
        return;
    }
    if (ways > 1) {
        call_fail_field(call, STATUS_INVALID_FIELD, "place_code");
        return;
    }
    const struct dispute_question question = {call->who->account_id, report};
    dispute_store_resolve(call->env->store, &question, on_resolved, call);
}

enum permission dispute_also_convert(const void *body)
{
    const struct wire_dispute_submit *report = body;
    return report->has_room_id ? PERM_MESSAGE_CONVERT : PERM_NONE;
}
