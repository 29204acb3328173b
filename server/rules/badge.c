#include "rules/badge.h"

struct badge_row {
    enum wire_role role;
    enum wire_badge badge;
};

/* The first that is held is shown. */
static const struct badge_row rows[] = {
    {WIRE_ROLE_STATION_LEADER, WIRE_BADGE_STATION_LEADER},
    {WIRE_ROLE_OFFICER, WIRE_BADGE_OFFICER},
    {WIRE_ROLE_DISPATCHER, WIRE_BADGE_DISPATCHER},
    {WIRE_ROLE_AUXILIARY, WIRE_BADGE_AUXILIARY},
    {WIRE_ROLE_CADRE, WIRE_BADGE_CADRE},
    {WIRE_ROLE_GRID_WORKER, WIRE_BADGE_GRID_WORKER},
    {WIRE_ROLE_GRID_CHIEF, WIRE_BADGE_GRID_WORKER},
    {WIRE_ROLE_UNIT_LEADER, WIRE_BADGE_UNIT_LEADER},
    {WIRE_ROLE_VOLUNTEER, WIRE_BADGE_VOLUNTEER},
};

/* Beside the halls people of the whole station meet: there everybody who serves in it is known. */
static bool serves_here(const struct principal_grant *grant, const struct scope_facts *facts)
{
    return permission_grant_in_community(grant, facts) ||
           (facts->members_only && grant->station_id != 0 &&
            grant->station_id == facts->station_id);
}

static bool holds(const struct principal *who, enum wire_role role, const struct scope_facts *facts,
                  int64_t now_ms)
{
    for (uint32_t i = 0; i < who->grant_count; i++) {
        const struct principal_grant *grant = &who->grants[i];
        if (grant->role == role && grant->expires_at > now_ms && serves_here(grant, facts))
            return true;
    }
    return false;
}

enum wire_badge badge_of(const struct principal *who, const struct scope_facts *facts,
                         int64_t now_ms)
{
    if (who->kind != PRINCIPAL_ACCOUNT)
        return WIRE_BADGE_NONE;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (holds(who, rows[i].role, facts, now_ms))
            return rows[i].badge;
    return WIRE_BADGE_NONE;
}
