/* What somebody is here, in the words of her roles. */

import { t } from "@hall/ui"
import type { WordKey } from "@hall/ui"
import { Role } from "@hall/wire"
import type { RoleGrant } from "@hall/wire"

const WORDS: Readonly<Record<number, WordKey>> = {
    [Role.officer]: "badge.officer",
    [Role.auxiliary]: "badge.auxiliary",
    [Role.cadre]: "badge.cadre",
    [Role.dispatcher]: "desk.role.dispatcher",
    [Role.stationLeader]: "badge.station_leader",
    [Role.gridWorker]: "badge.grid_worker",
    [Role.gridChief]: "desk.role.grid_chief",
    [Role.unitLeader]: "badge.unit_leader",
    [Role.volunteer]: "badge.volunteer",
    [Role.auditor]: "desk.role.auditor",
    [Role.mediator]: "desk.role.mediator",
    [Role.unitRep]: "desk.role.unit_rep",
    [Role.sysadmin]: "desk.role.sysadmin",
}

/** Roles that work at a desk. */
const DESK: ReadonlySet<number> = new Set([
    Role.officer, Role.auxiliary, Role.dispatcher, Role.stationLeader, Role.mediator, Role.auditor,
    Role.cadre, Role.gridWorker, Role.gridChief,
])

export function hasDesk(grants: readonly RoleGrant[]): boolean {
    return grants.some((grant) => DESK.has(grant.role))
}

/** Any role at a desk but the auditor's, who sees the audit and nothing else. */
export function worksOnCases(grants: readonly RoleGrant[]): boolean {
    return grants.some((grant) => DESK.has(grant.role) && grant.role !== Role.auditor)
}

/** In charge of a place: may look up who lives and works there. */
export function mayFindPeople(grants: readonly RoleGrant[]): boolean {
    return hasRole(grants, Role.officer, Role.dispatcher, Role.stationLeader)
}

export function mayReadAudit(grants: readonly RoleGrant[]): boolean {
    return hasRole(grants, Role.auditor)
}

export function hasRole(grants: readonly RoleGrant[], ...roles: readonly Role[]): boolean {
    return grants.some((grant) => roles.includes(grant.role))
}

export function roleName(role: Role): string {
    const word = WORDS[role]
    return word === undefined ? "" : t(word as "badge.officer")
}

export function roleNames(grants: readonly RoleGrant[]): string {
    const names = grants.flatMap((grant) => {
        const word = WORDS[grant.role]
        return word === undefined ? [] : [t(word as "badge.officer")]
    })
    return [...new Set(names)].join(" ")
}
