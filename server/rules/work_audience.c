#include "rules/work_audience.h"

#include <string.h>

#include "rules/permission.h"

enum work_reach {
    REACH_NONE = 0,
    REACH_GIVEN, /* what she leads, was given or offered */
    REACH_SCOPE, /* that, and everything in the scope of her role */
};

#define N REACH_NONE
#define G REACH_GIVEN
#define S REACH_SCOPE

/* role × kind: alert, dispute, person search. A role that is not here is shown nothing. */
static const enum work_reach reach_table[WIRE_ROLE_MAX + 1][WIRE_WORK_KIND_MAX + 1] = {
    [WIRE_ROLE_UNIT_LEADER] = {N, G, N, G}, [WIRE_ROLE_GRID_WORKER] = {N, G, G, G},
    [WIRE_ROLE_VOLUNTEER] = {N, G, N, G},   [WIRE_ROLE_CADRE] = {N, G, G, G},
    [WIRE_ROLE_AUXILIARY] = {N, S, S, S},   [WIRE_ROLE_OFFICER] = {N, S, S, S},
    [WIRE_ROLE_DISPATCHER] = {N, S, S, S},  [WIRE_ROLE_STATION_LEADER] = {N, S, S, S},
    [WIRE_ROLE_MEDIATOR] = {N, N, G, N},    [WIRE_ROLE_GRID_CHIEF] = {N, G, G, G},
};

unsigned work_part_of(const struct work_record *record, uint64_t account_id, unsigned part)
{
    bool leads = account_id != 0 && record->lead_account_id == account_id;
    return leads && part != WORK_PART_PARTY ? WIRE_WORK_PART_ASSIGNED : part;
}

static bool grant_shows(const struct work_record *record, const struct principal_grant *grant,
                        bool is_given)
{
    const struct scope_facts place = {
        .station_id = record->station_id,
        .community_id = record->community_id,
        .grid_id = record->grid_id,
        .building_id = record->building_id,
    };
    enum work_reach reach = reach_table[grant->role][record->kind];
    if (reach == REACH_SCOPE && permission_grant_covers(grant, &place))
        return true;
    return reach != REACH_NONE && is_given && grant->station_id == record->station_id;
}

bool work_is_shown(const struct work_record *record, const struct principal *who, unsigned part,
                   int64_t now_ms)
{
    part = work_part_of(record, who->account_id, part);
    if (who->kind != PRINCIPAL_ACCOUNT || part == WORK_PART_PARTY || record->station_id == 0)
        return false;
    for (uint32_t i = 0; i < who->grant_count; i++)
        if (who->grants[i].expires_at > now_ms &&
            grant_shows(record, &who->grants[i], part != WORK_PART_NONE))
            return true;
    return false;
}

static void show_text(struct wire_text value, bool *has, struct wire_text *out)
{
    *has = value.len > 0;
    *out = value;
}

void work_project(const struct work_record *record, unsigned part, struct wire_work_view *out)
{
    *out = (struct wire_work_view){
        .work_kind = record->kind,
        .entity_id = record->entity_id,
        .no = record->no,
        .state = record->state,
        .state_version = record->state_version,
        .urgency = record->urgency,
        .title_code = record->title_code,
        .has_title_detail = record->title_detail != 0,
        .title_detail = record->title_detail,
        .waiting_for = record->waiting_for,
        .has_community_id = record->community_id != 0,
        .community_id = record->community_id,
        .has_lead_account_id = record->lead_account_id != 0,
        .lead_account_id = record->lead_account_id,
        .has_next_due_at = record->next_due_at != 0,
        .next_due_at = record->next_due_at,
        .created_at = record->created_at,
        .updated_at = record->updated_at,
        .has_my_part = part == WIRE_WORK_PART_ASSIGNED || part == WIRE_WORK_PART_OFFERED,
        .my_part = (enum wire_work_part)part,
    };
    show_text(record->community_name, &out->has_community_name, &out->community_name);
    if (out->has_lead_account_id)
        show_text(record->lead_name, &out->has_lead_name, &out->lead_name);
}

size_t work_given_pairs(int64_t roles[WORK_PAIRS_MAX], int64_t kinds[WORK_PAIRS_MAX])
{
    size_t count = 0;
    for (int role = 1; role <= WIRE_ROLE_MAX; role++)
        for (int kind = 1; kind <= WIRE_WORK_KIND_MAX; kind++)
            if (reach_table[role][kind] != REACH_NONE) {
                roles[count] = role;
                kinds[count++] = kind;
            }
    return count;
}
