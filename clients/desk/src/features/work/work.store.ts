/* What waits for whom, drawn once per frame; the list itself lives in the link. */

import { Work } from "@hall/link/work"
import { oncePerFrame } from "@hall/view/app/frames.ts"
import { useSession } from "@hall/view/app/session.store.ts"
import { WorkKind } from "@hall/wire"
import type { WorkView } from "@hall/wire"
import { defineStore } from "pinia"
import { computed, markRaw, shallowRef } from "vue"
import { byNeed } from "./queue.ts"

export const useWork = defineStore("work", () => {
    const session = useSession()
    const items = shallowRef<readonly WorkView[]>([])
    const state = shallowRef<Work["state"]>("idle")
    const draw = oncePerFrame(() => {
        items.value = [...work.items.values()].sort(byNeed)
        state.value = work.state
    })
    const work: Work = markRaw(new Work(session.link, draw))

    function countOf(kind: WorkKind): number {
        return items.value.filter((item) => item.workKind === kind).length
    }
    const counts = computed(() => ({
        all: items.value.length,
        disputes: countOf(WorkKind.dispute),
        searches: countOf(WorkKind.personSearch),
    }))

    return { items, state, counts, again: () => void work.list() }
})
