/* What is said in passing while a room is open: mutes, and answers to what was asked here. */

import type { Link } from "@hall/link"
import { clockTime, t } from "@hall/ui"
import { onBeforeUnmount } from "vue"
import { errorText } from "../app/error_text.ts"
import { useToasts } from "../app/toast.store.ts"

export function useRoomToasts(link: Link, roomId: number): void {
    const toasts = useToasts()
    const offMuted = link.signals.muted.on((event) => {
        if (event.roomId !== roomId) return
        toasts.show(
            event.until === undefined
                ? t("room.unmuted")
                : t("room.mutedNow", { time: clockTime(event.until), reason: event.reason }),
        )
    })
    const offAnswered = link.signals.answered.on(({ entry, outcome }) => {
        const { action } = entry
        if (outcome.ok) {
            if (action.name === "message_hide") toasts.show(t("hide.done"))
            if (action.name === "member_mute")
                toasts.show(action.body.minutes > 0 ? t("mute.done") : t("mute.lifted"))
        } else if (action.name !== "message_post" && !action.name.startsWith("alert_"))
            toasts.show(errorText(outcome.error))
    })
    onBeforeUnmount(() => {
        offMuted()
        offAnswered()
    })
}
