#include "ops/session/person.h"

struct principal *person_create(const struct session_opened *opened)
{
    struct principal_grant grants[PRINCIPAL_GRANTS_MAX];
    uint32_t count = opened->grants.count;
    if (count > PRINCIPAL_GRANTS_MAX)
        count = PRINCIPAL_GRANTS_MAX;
    for (uint32_t i = 0; i < count; i++) {
        const struct wire_role_grant *grant = &opened->grants.items[i];
        grants[i] = (struct principal_grant){
            .role = grant->role,
            .scope_kind = grant->scope_kind,
            .scope_id = grant->scope_id,
            .station_id = opened->grant_station_ids.items[i],
            .community_id = opened->grant_community_ids.items[i],
            .expires_at = grant->expires_at,
        };
    }
    struct principal person = {
        .kind = PRINCIPAL_ACCOUNT,
        .account_id = opened->account_id,
        .login_session_id = opened->login_session_id,
        .level = opened->level,
        .home_community_id = opened->home_community_id,
        .home_station_id = opened->station_id,
        .display_name = opened->display_name,
        .grant_count = count,
        .grants = grants,
    };
    return principal_create(&person);
}
