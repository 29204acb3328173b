#include "ops/room/room_view.h"

#include "hub/hub.h"
#include "ops/room/room_directory.h"

struct wire_room_view room_view_of(const struct ops_env *env, const struct principal *who,
                                   const struct room_membership *membership, int64_t now_ms)
{
    const struct room_facts *facts = &membership->room;
    struct room_entry entry = {facts->id,           facts->kind,     facts->station_id,
                               facts->community_id, facts->place_id, facts->closed};
    struct scope_facts scope = {0};
    room_entry_facts(&entry, who, true, &scope);
    struct room *room = room_find(env->hub, facts->id);
    uint64_t head = facts->head_seq;
    if (room != NULL && room_head(room) != ROOM_HEAD_UNKNOWN && room_head(room) > head)
        head = room_head(room);
    return (struct wire_room_view){
        .room_id = facts->id,
        .kind = facts->kind,
        .name = facts->name,
        .community_id = facts->community_id,
        .member_count = facts->member_count,
        .head_seq = head,
        .first_seq = facts->first_seq,
        .read_seq = membership->read_seq,
        .has_muted_until = membership->muted_until > now_ms,
        .muted_until = membership->muted_until,
        .unread = membership->unread,
        .may_post =
            membership->may_post && permission_allows(who, PERM_HALL_POST, &scope, now_ms),
        .may_moderate = permission_allows(who, PERM_MESSAGE_HIDE, &scope, now_ms),
    };
}
