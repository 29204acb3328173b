/*
 * lane: the red alerts, outside every list. What nobody has acknowledged rings, oldest
 * first; what somebody has and is not finished stands beside it with its age.
 */

import { isAlertOpen } from "@hall/link"
import { AlertAudience, AlertLevel, AlertState } from "@hall/wire"
import type { AlertView } from "@hall/wire"

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

/** A time of ringing: given back or lapsed, the same alert rings anew. */
export function ringKey(alert: AlertView): string {
    return `${alert.alertId} ${alert.stateVersion}`
}
