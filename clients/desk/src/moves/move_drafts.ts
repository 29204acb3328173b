/*
 * What was typed into a sheet and not done yet: kept while the desk is open, also when the
 * sheet is closed or the desk is locked meanwhile; dropped with the person.
 */

import { useSession } from "@hall/view/app/session.store.ts"
import { defineStore } from "pinia"
import { watch } from "vue"
import type { Value } from "./move.ts"

export type Typed = Record<string, Value | undefined>

export const useMoveDrafts = defineStore("move-drafts", () => {
    const session = useSession()
    const drafts = new Map<string, Typed>()

    watch(
        () => session.me?.accountId,
        (now, before) => {
            if (before !== undefined && now !== undefined && now !== before) drafts.clear()
        },
    )
    return {
        get: (name: string): Typed | undefined => drafts.get(name),
        keep: (name: string, typed: Typed): void => void drafts.set(name, typed),
        drop: (name: string): void => void drafts.delete(name),
    }
})
