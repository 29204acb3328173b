#include "base/clock.h"
#include "hub/hub.h"
#include "ops/operations.h"
#include "ops/session/presence.h"

/* While rooms are kept back for her, what was taken down in them is kept back too. */
static bool is_entering(const struct session *session)
{
    for (uint16_t i = 0; i < session->room_count; i++)
        if (session->rooms[i].hold != NULL)
            return true;
    return false;
}

/* Everything of the journal up to here was said on this connection before the pong. */
static uint64_t told(const struct ops_env *env, const struct session *session)
{
    const struct presence *presence = presence_of(session);
    if (session == NULL || presence == NULL)
        return 0;
    return is_entering(session) ? presence->revocation_seq : env->revocation_settled;
}

/* Server time, and how far the rooms asked for have come here: the proof that nothing was lost. */
void op_ping(struct call *call)
{
    const struct wire_ping *ping = CALL_BODY(call, ping);
    struct session *session = hub_find_session(call->env->hub, call->origin_id);
    struct wire_room_head *heads = arena_alloc(&call->arena, ping->rooms.count * sizeof(*heads));
    uint32_t count = 0;
    for (uint32_t i = 0; i < ping->rooms.count && session != NULL; i++) {
        struct room *room = room_find(call->env->hub, ping->rooms.items[i]);
        if (room != NULL && room_has(room, session) && room_head(room) != ROOM_HEAD_UNKNOWN)
            heads[count++] = (struct wire_room_head){room_id(room), room_head(room)};
    }
    struct wire_pong pong = {
        .server_time = clock_wall_ms(),
        .heads = {count, heads},
        .revocation_seq = told(call->env, session),
    };
    call_reply(call, WIRE_PONG, &pong);
}
