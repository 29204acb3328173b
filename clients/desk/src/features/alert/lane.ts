/*
 * lane: the red alerts, outside every list. What nobody has acknowledged rings, oldest
 * first; what somebody has and is not finished stands beside it with its age.
 */

import { isAlertOpen } from "@hall/link"
import {
    AlertAudience, AlertLevel, AlertState, PersonState, WorkKind, WorkUrgency, WorkWaiting,
} from "@hall/wire"
import type { AlertView, WorkView } from "@hall/wire"

export interface Lane {
    readonly waiting: readonly AlertView[]
    readonly taken: readonly AlertView[]
}

const WAITING: ReadonlySet<number> = new Set([AlertState.received, AlertState.dispatched])

export function isWaiting(alert: AlertView): boolean {
    return WAITING.has(alert.state) && alert.audience !== AlertAudience.target
}

export function isRed(alert: AlertView): boolean {
    return alert.level === AlertLevel.critical
}

/** Since when what was taken is under way. */
export function takenAt(alert: AlertView): number {
    return alert.claimedAt ?? alert.createdAt
}

export function laneOf(alerts: readonly AlertView[]): Lane {
    const red = alerts.filter((alert) => isRed(alert) && alert.audience !== AlertAudience.target)
    return {
        waiting: red.filter(isWaiting).sort((a, b) => a.createdAt - b.createdAt),
        taken: red
            .filter((alert) => isAlertOpen(alert) && !isWaiting(alert) && alert.state !== AlertState.followup)
            .sort((a, b) => takenAt(a) - takenAt(b)),
    }
}

const UNCHECKED: ReadonlySet<number> = new Set([PersonState.reported, PersonState.verifying])

/** Missing people in danger whom nobody has checked yet: they ring like red alerts. */
export function uncheckedOf(items: readonly WorkView[]): WorkView[] {
    return items
        .filter(
            (item) =>
                item.workKind === WorkKind.personSearch && item.urgency === WorkUrgency.red &&
                UNCHECKED.has(item.state) && item.waitingFor !== WorkWaiting.reporter,
        )
        .sort((a, b) => a.createdAt - b.createdAt)
}

/** A time of ringing: given back or lapsed, the same alert rings anew. */
export function ringKey(alert: AlertView): string {
    return `${alert.alertId} ${alert.stateVersion}`
}
