/* In which order alerts want a hand: not taken first, the gravest and oldest of them on top. */

import { isAlertOpen } from "@hall/link"
import type { AlertView } from "@hall/wire"
import { isWaiting } from "./lane.ts"

function rank(alert: AlertView): number {
    if (isWaiting(alert)) return 0
    return isAlertOpen(alert) ? 1 : 2
}

export function inOrder(alerts: readonly AlertView[]): AlertView[] {
    return [...alerts].sort((a, b) => {
        const byRank = rank(a) - rank(b)
        if (byRank !== 0) return byRank
        if (rank(a) === 2) return b.createdAt - a.createdAt
        return a.level - b.level || a.createdAt - b.createdAt
    })
}
