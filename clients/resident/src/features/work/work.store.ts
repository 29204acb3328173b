/* What waits for this person beside alerts: asked for when the page of work is first drawn. */

import { Work } from "@hall/link/work"
import { oncePerFrame } from "@hall/view/app/frames.ts"
import { useSession } from "@hall/view/app/session.store.ts"
import { WorkKind } from "@hall/wire"
import type { WorkView } from "@hall/wire"
import { defineStore } from "pinia"
import { markRaw, shallowRef } from "vue"

const NEVER = Number.MAX_SAFE_INTEGER

/** What is due first, then what is graver. */
export function byNeed(a: WorkView, b: WorkView): number {
    return (a.nextDueAt ?? NEVER) - (b.nextDueAt ?? NEVER) || a.urgency - b.urgency ||
        a.workKind - b.workKind || a.entityId - b.entityId
}

export const useWork = defineStore("work", () => {
    const session = useSession()
    /** Alerts are orders with cards of their own. */
    const items = shallowRef<readonly WorkView[]>([])
    const state = shallowRef<Work["state"]>("idle")
    const draw = oncePerFrame(() => {
        items.value = [...work.items.values()]
            .filter((item) => item.workKind !== WorkKind.alert)
            .sort(byNeed)
        state.value = work.state
    })
    const work: Work = markRaw(new Work(session.link, draw))
    return { items, state, again: () => void work.list() }
})
