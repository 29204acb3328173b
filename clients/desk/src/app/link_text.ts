/* Where the connection stands, in words for the bar. */

import type { LinkState } from "@hall/link"
import { t } from "@hall/ui"

export interface LinkWords {
    readonly text: string
    readonly isGood: boolean
    readonly mayRetry: boolean
}

export function linkWords(state: LinkState, now: number): LinkWords {
    switch (state.name) {
        case "live":
            return { text: t("desk.link.live"), isGood: true, mayRetry: false }
        case "open":
            return { text: t("link.syncing"), isGood: false, mayRetry: false }
        case "offline":
            return { text: t("desk.link.cut"), isGood: false, mayRetry: true }
        case "waiting": {
            const seconds = Math.max(1, Math.ceil((state.until - now) / 1000))
            return { text: t("link.retryIn", { seconds }), isGood: false, mayRetry: true }
        }
        default:
            return { text: t("link.reconnecting"), isGood: false, mayRetry: false }
    }
}
