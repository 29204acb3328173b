/* What disputes are called, in words everybody uses. */

import { someTime, t } from "@hall/ui"
import { DisputeSign, DisputeSubclass } from "@hall/wire"
import { disputeSignNames, disputeSubclassNames, roleNames } from "@hall/wire/names"
import type { DisputeView, Role } from "@hall/wire"

/** What a resident can name; the rest is for staff. */
const OFFERED = [
    DisputeSubclass.neighbourNoise, DisputeSubclass.neighbourFumes, DisputeSubclass.leak,
    DisputeSubclass.parking, DisputeSubclass.pets, DisputeSubclass.propertyService,
    DisputeSubclass.sharedSpace, DisputeSubclass.wages, DisputeSubclass.debt,
    DisputeSubclass.family, DisputeSubclass.other,
] as const
const SIGNS = [
    DisputeSign.violenceNow, DisputeSign.threat, DisputeSign.selfHarm, DisputeSign.seriousInjury,
    DisputeSign.accessBlocked, DisputeSign.vulnerableParty,
] as const

export function subclassName(subclass: number | undefined): string {
    const name = disputeSubclassNames[subclass ?? 0] ?? "other"
    return t(`dispute.subclass.${name}` as "dispute.subclass.other")
}

export function subclassChoices(): { value: number; text: string }[] {
    return OFFERED.map((value) => ({ value, text: subclassName(value) }))
}

export function signChoices(): { value: number; text: string }[] {
    return SIGNS.map((value) => ({
        value,
        text: t(`dispute.sign.${disputeSignNames[value] ?? "threat"}` as "dispute.sign.threat"),
    }))
}

export function roleName(role: Role | undefined): string {
    const name = roleNames[role ?? 0]
    return name === undefined ? "" : t(`matter.role.${name}` as "matter.role.officer")
}

/** The next step and by when, in one line. */
export function nextLine(dispute: DisputeView, now: number): string {
    const step = dispute.nextStep ?? ""
    return dispute.nextAt === undefined
        ? step
        : t("matter.nextBy", { step, time: someTime(dispute.nextAt, now) })
}
