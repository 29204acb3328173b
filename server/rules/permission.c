#include "rules/permission.h"

/* How far a cell of the matrix reaches. */
enum reach {
    REACH_NOWHERE = 0, /* -  */
    REACH_EVERYWHERE,  /* Y of a service account: its own signed requests */
    REACH_MEMBER,      /* V1…: a resident, in the rooms she is in */
    REACH_OWN,         /* o  */
    REACH_ASSIGNED,    /* a  */
    REACH_COMMUNITY,   /* Y and c of a role: the grant's own community, or wider if granted so */
    REACH_STATION,     /* s: what the grant covers */
};

struct cell {
    enum reach reach;
    bool reason; /* r */
    bool second; /* 2 */
};

struct row {
    const char *name;
    enum wire_verification_level level; /* the resident's least level */
    bool decides;                       /* refused to whoever is a party to the object */
    struct cell cells[COLUMN_COUNT];
};

#define M {REACH_MEMBER, false, false}
#define O {REACH_OWN, false, false}
#define A {REACH_ASSIGNED, false, false}
#define C {REACH_COMMUNITY, false, false}
#define S {REACH_STATION, false, false}
#define R {REACH_STATION, true, false}
#define TWO {REACH_STATION, false, true}
#define E {REACH_EVERYWHERE, false, false}
#define N {REACH_NOWHERE, false, false}
#define ANY_LEVEL WIRE_VERIFICATION_LEVEL_V0
#define V1        WIRE_VERIFICATION_LEVEL_V1

static const struct row matrix[PERM_COUNT] = {
    /* G  R  UR UL GW VO CA PN AX OF DI SL AU SA SV */
    [PERM_HALL_READ] =
        {"hall.read", V1, false,
         {N, M, C, C, C, C, C, N, C, C, S, S, R, N, N}},
    [PERM_HALL_POST] =
        {"hall.post", V1, false,
         {N, M, C, C, C, C, C, N, C, C, S, S, N, N, N}},
    [PERM_HALL_POST_OFFICIAL] =
        {"hall.post_official", ANY_LEVEL, false,
         {N, N, N, N, N, N, C, N, C, C, S, S, N, N, N}},
    [PERM_MESSAGE_RECALL] =
        {"message.recall", ANY_LEVEL, false,
         {N, O, O, O, O, O, O, O, O, O, O, O, N, N, N}},
    [PERM_MESSAGE_HIDE] =
        {"message.hide", ANY_LEVEL, false,
         {N, N, N, N, N, N, N, N, C, C, S, S, N, N, N}},
    [PERM_MEMBER_MUTE] =
        {"member.mute", ANY_LEVEL, true,
         {N, N, N, N, N, N, N, N, N, C, S, S, N, N, N}},
    [PERM_ADDRESS_VERIFY] =
        {"address.verify", ANY_LEVEL, true,
         {N, N, N, C, C, N, C, N, C, C, S, S, N, N, N}},
    [PERM_WORK_READ] =
        {"work.read", ANY_LEVEL, false,
         {N, N, N, A, A, A, A, A, C, C, S, S, N, N, N}},
    [PERM_ACCOUNT_FIND] =
        {"account.find", ANY_LEVEL, false,
         {N, N, N, N, N, N, N, N, N, C, S, S, N, N, N}},
    [PERM_ACCOUNT_READ] =
        {"account.read", ANY_LEVEL, false,
         {N, N, N, N, N, N, N, N, N, R, R, R, N, N, N}},
    [PERM_AUDIT_READ] =
        {"audit.read", ANY_LEVEL, false,
         {N, N, N, N, N, N, N, N, N, N, N, N, S, N, N}},
    [PERM_AUDIT_VERIFY] =
        {"audit.verify", ANY_LEVEL, false,
         {N, N, N, N, N, N, N, N, N, N, N, N, S, S, N}},
    [PERM_ROLE_GRANT] =
        {"role.grant", ANY_LEVEL, true,
         {N, N, N, N, N, N, N, N, N, N, N, TWO, N, N, N}},
    [PERM_FRAUD_INJECT] =
        {"fraud.inject", ANY_LEVEL, false,
         {N, N, N, N, N, N, N, N, N, N, N, N, N, N, E}},
    [PERM_FRAUD_READ_RESTRICTED] =
        {"fraud.read_restricted", ANY_LEVEL, false,
         {N, N, N, N, A, N, A, N, A, C, S, S, R, N, N}},
    [PERM_FRAUD_READ_VOLUNTEER_VIEW] =
        {"fraud.read_volunteer_view", ANY_LEVEL, false,
         {N, N, N, A, A, A, A, N, A, C, S, S, N, N, N}},
    [PERM_FRAUD_ACK] =
        {"fraud.ack", ANY_LEVEL, true,
         {N, N, N, A, A, A, A, N, A, C, S, S, N, N, N}},
    [PERM_FRAUD_OUTCOME] =
        {"fraud.outcome", ANY_LEVEL, true,
         {N, N, N, N, A, N, N, N, A, C, S, S, N, N, N}},
    [PERM_FRAUD_PUBLISH_NOTICE] =
        {"fraud.publish_notice", ANY_LEVEL, true,
         {N, N, N, N, N, N, N, N, N, C, S, S, N, N, N}},
    [PERM_FRAUD_CANCEL] =
        {"fraud.cancel", ANY_LEVEL, true,
         {N, N, N, N, N, N, N, N, N, N, S, S, N, N, O}},
    [PERM_FRAUD_ANSWER] =
        {"fraud.answer", ANY_LEVEL, false,
         {N, O, O, O, O, O, O, O, O, O, O, O, O, O, N}},
    [PERM_PERSON_REPORT] =
        {"person.report", V1, false,
         {N, M, C, C, C, C, C, N, C, C, C, C, N, N, E}},
    [PERM_PERSON_ACTIVATE] =
        {"person.activate", ANY_LEVEL, true,
         {N, N, N, N, N, N, N, N, N, C, S, S, N, N, N}},
    [PERM_PERSON_WIDEN] =
        {"person.widen", ANY_LEVEL, true,
         {N, N, N, N, N, N, N, N, N, N, S, S, N, N, N}},
    [PERM_PERSON_SIGHTING] =
        {"person.sighting", V1, false,
         {N, M, C, C, C, C, C, N, C, C, C, C, N, N, N}},
    [PERM_PERSON_READ_SIGHTINGS] =
        {"person.read_sightings", ANY_LEVEL, false,
         {N, O, N, A, A, A, A, N, A, C, S, S, N, N, N}},
    [PERM_PERSON_LOCATED] =
        {"person.located", ANY_LEVEL, true,
         {N, N, N, N, A, A, A, N, A, C, S, S, N, N, N}},
    [PERM_PERSON_REUNITED] =
        {"person.reunited", ANY_LEVEL, true,
         {N, N, N, N, N, N, N, N, A, C, S, S, N, N, N}},
    [PERM_MESSAGE_CONVERT] =
        {"message.convert", ANY_LEVEL, false, /* who wrote in a hall is V1 */
         {N, O, O, O, C, O, C, N, C, C, S, S, N, N, N}},
    [PERM_DISPUTE_SUBMIT] =
        {"dispute.submit", V1, false,
         {N, M, C, C, C, C, C, N, C, C, S, S, N, N, E}},
    [PERM_DISPUTE_READ] =
        {"dispute.read", ANY_LEVEL, false,
         {N, O, N, N, A, N, A, A, A, C, S, S, R, N, N}},
    [PERM_DISPUTE_ACCEPT] =
        {"dispute.accept", ANY_LEVEL, true,
         {N, N, N, N, N, N, N, N, N, C, S, S, N, N, N}},
    [PERM_DISPUTE_REJECT] =
        {"dispute.reject", ANY_LEVEL, true,
         {N, N, N, N, N, N, N, N, N, C, S, S, N, N, N}},
    [PERM_DISPUTE_MERGE] =
        {"dispute.merge", ANY_LEVEL, true,
         {N, N, N, N, N, N, N, N, N, C, S, N, N, N, N}},
    [PERM_DISPUTE_REFER] =
        {"dispute.refer", ANY_LEVEL, true,
         {N, N, N, N, N, N, N, N, N, C, S, N, N, N, N}},
    [PERM_DISPUTE_SETTLE_ON_SCENE] =
        {"dispute.settle_on_scene", ANY_LEVEL, true,
         {N, N, N, N, C, N, N, N, A, C, N, S, N, N, N}},
    [PERM_DISPUTE_ASSIGN] =
        {"dispute.assign", ANY_LEVEL, true,
         {N, N, N, N, N, N, N, N, N, C, S, S, N, N, N}},
    [PERM_DISPUTE_RAISE_COLOUR] =
        {"dispute.raise_colour", ANY_LEVEL, true,
         {N, N, N, N, A, N, A, A, A, C, S, S, N, N, E}},
    [PERM_DISPUTE_LOWER_COLOUR] =
        {"dispute.lower_colour", ANY_LEVEL, true,
         {N, N, N, N, N, N, N, N, N, TWO, N, S, N, N, N}},
    [PERM_SESSION_OPEN] =
        {"session.open", ANY_LEVEL, true,
         {N, N, N, N, A, N, A, A, N, C, N, S, N, N, N}},
    [PERM_DISPUTE_PAUSE] =
        {"dispute.pause", ANY_LEVEL, true,
         {N, N, N, N, A, N, A, A, A, C, A, A, N, N, N}},
    [PERM_DISPUTE_UNSETTLE] =
        {"dispute.unsettle", ANY_LEVEL, true,
         {N, N, N, N, A, N, A, A, A, A, A, A, N, N, N}},
    [PERM_DISPUTE_TRACK] =
        {"dispute.track", ANY_LEVEL, true,
         {N, N, N, N, N, N, N, N, N, C, N, N, N, N, N}},
    [PERM_DISPUTE_WITHDRAW] =
        {"dispute.withdraw", ANY_LEVEL, false,
         {N, O, N, N, N, N, N, N, N, C, N, N, N, N, N}},
    [PERM_DISPUTE_REOPEN] =
        {"dispute.reopen", ANY_LEVEL, false,
         {N, O, N, N, N, N, N, N, N, C, N, N, N, N, N}},
    [PERM_DISPUTE_ADD] =
        {"dispute.add", ANY_LEVEL, false,
         {N, O, N, N, N, N, N, N, N, N, N, N, N, N, N}},
    [PERM_DISPUTE_NOTE] =
        {"dispute.note", ANY_LEVEL, true,
         {N, N, N, N, A, N, A, A, A, C, S, S, N, N, N}},
};

static enum permission_column column_of_role(enum wire_role role)
{
    switch (role) {
    case WIRE_ROLE_UNIT_LEADER:
        return COLUMN_UNIT_LEADER;
    case WIRE_ROLE_GRID_WORKER:
    case WIRE_ROLE_GRID_CHIEF:
        return COLUMN_GRID_WORKER;
    case WIRE_ROLE_VOLUNTEER:
        return COLUMN_VOLUNTEER;
    case WIRE_ROLE_CADRE:
        return COLUMN_CADRE;
    case WIRE_ROLE_AUXILIARY:
        return COLUMN_AUXILIARY;
    case WIRE_ROLE_OFFICER:
        return COLUMN_OFFICER;
    case WIRE_ROLE_DISPATCHER:
        return COLUMN_DISPATCHER;
    case WIRE_ROLE_STATION_LEADER:
        return COLUMN_STATION_LEADER;
    case WIRE_ROLE_AUDITOR:
        return COLUMN_AUDITOR;
    case WIRE_ROLE_SYSADMIN:
        return COLUMN_SYSADMIN;
    case WIRE_ROLE_UNIT_REP:
        return COLUMN_UNIT_REP;
    case WIRE_ROLE_MEDIATOR:
        return COLUMN_PANEL;
    case WIRE_ROLE_RESIDENT:
        break;
    }
    return COLUMN_GUEST; /* being a resident comes from level and membership, never from a grant */
}

static bool same(uint64_t a, uint64_t b)
{
    return a != 0 && a == b;
}

bool permission_grant_covers(const struct principal_grant *grant, const struct scope_facts *facts)
{
    switch (grant->scope_kind) {
    case WIRE_SCOPE_KIND_STATION:
        return same(grant->scope_id, facts->station_id);
    case WIRE_SCOPE_KIND_COMMUNITY:
        return same(grant->scope_id, facts->community_id);
    case WIRE_SCOPE_KIND_GRID:
        return same(grant->scope_id, facts->grid_id);
    case WIRE_SCOPE_KIND_BUILDING:
        return same(grant->scope_id, facts->building_id);
    case WIRE_SCOPE_KIND_UNIT:
        return same(grant->scope_id, facts->unit_id);
    }
    return false;
}

bool permission_grant_in_community(const struct principal_grant *grant,
                                   const struct scope_facts *facts)
{
    return permission_grant_covers(grant, facts) || same(grant->community_id, facts->community_id);
}

bool permission_serves_in_station(const struct principal *who, uint64_t station_id, int64_t now_ms)
{
    for (uint32_t i = 0; i < who->grant_count; i++) {
        const struct principal_grant *grant = &who->grants[i];
        if (grant->expires_at > now_ms && same(grant->station_id, station_id) &&
            grant->role != WIRE_ROLE_AUDITOR && grant->role != WIRE_ROLE_SYSADMIN)
            return true;
    }
    return false;
}

static bool is_owner(const struct principal *who, const struct scope_facts *facts)
{
    return same(who->account_id, facts->owner_account_id) ||
           same(who->source_id, facts->owner_source_id);
}

static bool conditions_hold(const struct cell *cell, const struct scope_facts *facts)
{
    return (!cell->reason || facts->reason_given) && (!cell->second || facts->second_approved);
}

static bool grant_reaches(const struct cell *cell, const struct principal *who,
                          const struct principal_grant *grant, const struct scope_facts *facts)
{
    if (!conditions_hold(cell, facts))
        return false;
    switch (cell->reach) {
    case REACH_OWN:
        return is_owner(who, facts) ||
               (facts->owner_by_statement && permission_grant_in_community(grant, facts));
    case REACH_ASSIGNED:
        return facts->is_assigned || facts->place_by_statement;
    case REACH_COMMUNITY:
        return facts->place_by_statement || permission_grant_in_community(grant, facts);
    case REACH_STATION:
        return facts->place_by_statement || permission_grant_covers(grant, facts);
    case REACH_NOWHERE:
    case REACH_EVERYWHERE:
    case REACH_MEMBER:
        break;
    }
    return false;
}

static bool resident_may(const struct row *row, const struct principal *who,
                         const struct scope_facts *facts)
{
    const struct cell *cell = &row->cells[COLUMN_RESIDENT];
    if (who->level < row->level || !conditions_hold(cell, facts))
        return false;
    if (cell->reach == REACH_MEMBER)
        return facts->is_member;
    if (cell->reach == REACH_OWN)
        return is_owner(who, facts) || (facts->owner_by_statement && facts->is_member);
    return false;
}

/* What the head of a grid may beside a grid worker. */
static const struct cell grid_chief[PERM_COUNT] = {
    [PERM_DISPUTE_ACCEPT] = C, /* only what is blue: dispute_flow */
};

static const struct cell *cell_of(const struct row *row, enum wire_role role)
{
    const struct cell *own = &grid_chief[row - matrix];
    if (role == WIRE_ROLE_GRID_CHIEF && own->reach != REACH_NOWHERE)
        return own;
    return &row->cells[column_of_role(role)];
}

static struct permission_decision account_decision(const struct row *row,
                                                   const struct principal *who,
                                                   const struct scope_facts *facts, int64_t now_ms)
{
    struct permission_decision best = {false, WIRE_ROLE_RESIDENT};
    enum permission_column best_column = COLUMN_GUEST;
    for (uint32_t i = 0; i < who->grant_count; i++) {
        const struct principal_grant *grant = &who->grants[i];
        enum permission_column column = column_of_role(grant->role);
        if (grant->expires_at <= now_ms || column == COLUMN_GUEST || column <= best_column)
            continue;
        if (grant_reaches(cell_of(row, grant->role), who, grant, facts)) {
            best = (struct permission_decision){true, grant->role};
            best_column = column;
        }
    }
    if (!best.allowed)
        best.allowed = resident_may(row, who, facts);
    return best;
}

static bool source_may(const struct row *row, const struct principal *who,
                       const struct scope_facts *facts)
{
    const struct cell *cell = &row->cells[COLUMN_SERVICE];
    if (who->source_id == 0)
        return false;
    return cell->reach == REACH_EVERYWHERE || (cell->reach == REACH_OWN && is_owner(who, facts));
}

struct permission_decision permission_decide(const struct principal *who,
                                             enum permission permission,
                                             const struct scope_facts *facts, int64_t now_ms)
{
    struct permission_decision decision = {false, WIRE_ROLE_RESIDENT};
    if (permission <= PERM_NONE || permission >= PERM_COUNT)
        return decision;
    if (permission == PERM_ANYONE) {
        decision.allowed = true;
        return decision;
    }
    if (permission == PERM_LOGGED_IN) {
        decision.allowed = who->kind == PRINCIPAL_ACCOUNT && who->account_id != 0;
        return decision;
    }
    const struct row *row = &matrix[permission];
    if (row->decides && facts->is_party)
        return decision;
    /* Beside the halls a role opens nothing; it only says what a member may do. */
    if ((facts->members_only && !facts->is_member) ||
        (facts->staff_only && !permission_serves_in_station(who, facts->station_id, now_ms)))
        return decision;
    if (who->kind == PRINCIPAL_ACCOUNT && who->account_id != 0)
        return account_decision(row, who, facts, now_ms);
    if (who->kind == PRINCIPAL_SOURCE)
        decision.allowed = source_may(row, who, facts);
    return decision;
}

bool permission_allows(const struct principal *who, enum permission permission,
                       const struct scope_facts *facts, int64_t now_ms)
{
    return permission_decide(who, permission, facts, now_ms).allowed;
}

const char *permission_name(enum permission permission)
{
    if (permission == PERM_ANYONE)
        return "anyone";
    if (permission == PERM_LOGGED_IN)
        return "logged_in";
    if (permission <= PERM_NONE || permission >= PERM_COUNT)
        return "none";
    return matrix[permission].name;
}
