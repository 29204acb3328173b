/*
 * What is new sounds once, and an order is said in words. In quiet hours an ordinary notice is
 * a line on the first page, without a sound; critical ones, orders and the person's own message are heard always.
 */

import { isAlertOpen, isNoticeCurrent } from "@hall/link"
import { loadMoreWords, t } from "@hall/ui"
import { createHeard } from "@hall/view/alert/heard.ts"
import { useSession } from "@hall/view/app/session.store.ts"
import { useToasts } from "@hall/view/app/toast.store.ts"
import { AlertAudience } from "@hall/wire"
import type { AlertView } from "@hall/wire"
import { soundOnce } from "./sound.ts"
import { useQuiet } from "./use_quiet.ts"

export function useAlertNews(): void {
    const session = useSession()
    const toasts = useToasts()
    const loudest = useQuiet()
    const isUnheard = createHeard(session)

    async function tellOrder(alert: AlertView): Promise<void> {
        const [{ scamName }] = await Promise.all([
            import("@hall/view/alert/levels.ts"), loadMoreWords(),
        ])
        toasts.show(t("work.newOrder", { scam: scamName(alert.scamType) }))
    }

    session.link.signals.urgent.on((urgent) => {
        if (!isUnheard(urgent)) return
        if (urgent.kind === "notice") {
            if (isNoticeCurrent(urgent.notice) && urgent.notice.level <= loudest.value) soundOnce()
        } else if (isAlertOpen(urgent.alert) && urgent.alert.claimedBy === undefined) {
            soundOnce()
            if (urgent.alert.audience !== AlertAudience.target) void tellOrder(urgent.alert)
        }
    })
}
