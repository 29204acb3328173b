/*
 * Overlays are entries of the history, so that "back" closes them. What an overlay is
 * about stays with the view; a reloaded page begins without overlays.
 */

import { computed, onBeforeMount } from "vue"
import type { ComputedRef } from "vue"
import { useRoute, useRouter } from "vue-router"

export interface Overlay {
    readonly current: ComputedRef<string | null>
    open(name: string): void
    /** Closes by going back; `then` runs when it is closed. */
    close(then?: () => void): void
    /** Another overlay instead of the one that is open. */
    replace(name: string): void
}

export function useOverlay(): Overlay {
    const route = useRoute()
    const router = useRouter()
    const current = computed(() => {
        const { panel } = route.query
        return typeof panel === "string" && panel !== "" ? panel : null
    })
    const withPanel = (name: string | undefined) => ({
        path: route.path,
        query: name === undefined ? {} : { panel: name },
    })
    onBeforeMount(() => {
        if (current.value !== null) void router.replace(withPanel(undefined))
    })
    return {
        current,
        open: (name) => void router.push(withPanel(name)),
        replace: (name) => void router.replace(withPanel(name)),
        close: (then) => {
            if (current.value === null) {
                then?.()
                return
            }
            if (then !== undefined) {
                const stop = router.afterEach(() => {
                    stop()
                    then()
                })
            }
            router.back()
        },
    }
}
