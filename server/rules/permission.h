/*
 * permission: who may do what, where. The matrix of the domain as a table, for the actions the
 * wire knows; a person may do what any one of her roles may do. Pure: time is a parameter.
 */
#ifndef RULES_PERMISSION_H
#define RULES_PERMISSION_H

#include <stdbool.h>
#include <stdint.h>

#include "rules/principal.h"

/* Zero is not a permission, so that a forgotten column refuses everybody. */
enum permission {
    PERM_NONE = 0,
    PERM_ANYONE,    /* also without logging in */
    PERM_LOGGED_IN, /* any account, about itself; what it may see is in the statement */
    PERM_HALL_READ,
    PERM_HALL_POST,
    PERM_HALL_POST_OFFICIAL,
    PERM_MESSAGE_RECALL,
    PERM_MESSAGE_HIDE,
    PERM_MEMBER_MUTE,
    PERM_ADDRESS_VERIFY,
    PERM_WORK_READ, /* what waits for her; which items is in statement and work_audience */
    PERM_ACCOUNT_FIND, /* ours: of which places is in the statement */
    PERM_ACCOUNT_READ, /* ours: as identity.read_legal_name, for those in charge */
    PERM_AUDIT_READ,
    PERM_AUDIT_VERIFY, /* the chain only */
    PERM_ROLE_GRANT,
    PERM_FRAUD_INJECT,
    PERM_FRAUD_READ_RESTRICTED,
    PERM_FRAUD_READ_VOLUNTEER_VIEW,
    PERM_FRAUD_ACK,
    PERM_FRAUD_OUTCOME,
    PERM_FRAUD_PUBLISH_NOTICE,
    PERM_FRAUD_CANCEL,
    PERM_FRAUD_ANSWER, /* ours: the person it is about, whoever else she is */
    PERM_PERSON_REPORT,
    PERM_PERSON_ACTIVATE,
    PERM_PERSON_WIDEN,
    PERM_PERSON_SIGHTING,
    PERM_PERSON_READ_SIGHTINGS,
    PERM_PERSON_LOCATED,
    PERM_PERSON_REUNITED,
    PERM_MESSAGE_CONVERT,
    PERM_DISPUTE_SUBMIT,
    PERM_DISPUTE_READ,
    PERM_DISPUTE_ACCEPT,
    PERM_DISPUTE_REJECT,
    PERM_DISPUTE_MERGE,
    PERM_DISPUTE_REFER,
    PERM_DISPUTE_SETTLE_ON_SCENE,
    PERM_DISPUTE_ASSIGN,
    PERM_DISPUTE_RAISE_COLOUR,
    PERM_DISPUTE_LOWER_COLOUR,
    PERM_SESSION_OPEN,
    PERM_DISPUTE_PAUSE,
    PERM_DISPUTE_UNSETTLE,
    PERM_DISPUTE_TRACK,
    PERM_DISPUTE_WITHDRAW,
    PERM_DISPUTE_REOPEN,
    PERM_DISPUTE_ADD,
    PERM_DISPUTE_NOTE,
    PERM_COUNT,
};

/* The columns of the matrix. */
enum permission_column {
    COLUMN_GUEST = 0,
    COLUMN_RESIDENT,
    COLUMN_UNIT_REP,
    COLUMN_UNIT_LEADER,
    COLUMN_GRID_WORKER,
    COLUMN_VOLUNTEER,
    COLUMN_CADRE,
    COLUMN_PANEL,
    COLUMN_AUXILIARY,
    COLUMN_OFFICER,
    COLUMN_DISPATCHER,
    COLUMN_STATION_LEADER,
    COLUMN_AUDITOR,
    COLUMN_SYSADMIN,
    COLUMN_SERVICE,
    COLUMN_COUNT,
};

/* What is known of the object when it is decided. All zero: nothing is known, nothing allowed. */
struct scope_facts {
    uint64_t station_id; /* where the object is; 0: unknown or none */
    uint64_t community_id;
    uint64_t grid_id;
    uint64_t building_id;
    uint64_t unit_id;
    uint64_t owner_account_id; /* whose it is; 0: nobody's */
    uint64_t owner_source_id;  /* the source it came from; 0: none */
    bool is_member;            /* the principal is in this room, or it is about her own community */
    bool members_only;       /* a room that is no hall: without is_member nobody may do anything */
    bool staff_only;         /* nor may a member who holds no role in the station any more */
    bool is_assigned;        /* the object was given or offered to her */
    bool is_party;           /* she is the person concerned, or complained about */
    bool owner_by_statement; /* ownership is a condition of the statement that follows */
    bool place_by_statement; /* so are place and assignment: it is about all that is hers to see */
    bool reason_given;       /* and is recorded: for cells marked r */
    bool second_approved;    /* somebody else approved: for cells marked 2 */
};

struct permission_decision {
    bool allowed;
    enum wire_role role; /* the role it is done as, for the audit; RESIDENT when none was needed */
};

struct permission_decision permission_decide(const struct principal *who,
                                             enum permission permission,
                                             const struct scope_facts *facts, int64_t now_ms);
bool permission_allows(const struct principal *who, enum permission permission,
                       const struct scope_facts *facts, int64_t now_ms);

/* The grant covers this place: it is for the place itself or for one around it. */
bool permission_grant_covers(const struct principal_grant *grant, const struct scope_facts *facts);
/* The grant is for a place in the same community, or around it: the community's team. */
bool permission_grant_in_community(const struct principal_grant *grant,
                                   const struct scope_facts *facts);

/* She holds a role now for this station or for a place in it, other than auditor and sysadmin. */
bool permission_serves_in_station(const struct principal *who, uint64_t station_id, int64_t now_ms);

/* The name in the domain's matrix, e.g. "hall.post"; for log and tests. */
const char *permission_name(enum permission permission);

#endif
