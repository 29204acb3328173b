/*
 * Somebody was first: what this person wanted to do, and what is now. Her words are
 * kept until she has looked at both.
 */

import { useSession } from "@hall/view/app/session.store.ts"
import { ErrorCode } from "@hall/wire"
import { defineStore } from "pinia"
import { shallowReactive } from "vue"

export interface Conflict {
    readonly action: "alert_ack" | "alert_unclaim" | "alert_cancel"
    /** What she had written. */
    readonly reason: string
}

export const useConflicts = defineStore("conflicts", () => {
    const session = useSession()
    const byAlert = shallowReactive(new Map<number, Conflict>())

    session.link.signals.answered.on(({ entry, outcome }) => {
        const { action } = entry
        if (outcome.ok || outcome.error.kind !== "refused") return
        if (outcome.error.code !== ErrorCode.conflict) return
        if (action.name === "alert_ack")
            byAlert.set(action.body.alertId, { action: action.name, reason: "" })
        else if (action.name === "alert_unclaim" || action.name === "alert_cancel")
            byAlert.set(action.body.alertId, { action: action.name, reason: action.body.reason })
    })

    return { byAlert }
})
