#include "ops/scope.h"

#include "base/clock.h"
#include "hub/hub.h"
#include "ops/dispatch.h"
#include "ops/room/room_directory.h"
#include "ops/session/presence.h"

static bool is_member(const struct call *call)
{
    const struct presence *presence =
        call->origin == CALL_FROM_SESSION
            ? presence_of(hub_find_session(call->env->hub, call->origin_id))
            : NULL;
    return presence != NULL && presence_is_member(presence, call->scope_id);
}

static void on_room(void *ctx, enum status status, const struct room_entry *entry)
{
    struct call *call = ctx;
    if (status == STATUS_OK)
        room_entry_facts(entry, call->who, is_member(call), &call->facts);
    dispatch_decide(call, status);
}

void scope_room(struct call *call)
{
    const struct room_entry *entry =
        room_directory_find(call->env->directory, call->scope_id, clock_mono_ms());
    if (entry != NULL)
        on_room(call, STATUS_OK, entry);
    else
        room_directory_load(call->env, call->scope_id, on_room, call);
}

void scope_room_own(struct call *call)
{
    call->facts.owner_by_statement = true;
    scope_room(call);
}

void scope_room_member(struct call *call)
{
    call->facts.is_party = CALL_BODY(call, member_mute)->account_id == call->who->account_id;
    scope_room(call);
}

void scope_hers(struct call *call)
{
    call->facts.place_by_statement = true;
    dispatch_decide(call, STATUS_OK);
}
