/* What lies over one part of a screen; the other parts have their own. */

import type { Overlay } from "@hall/view/app/overlay.ts"
import { computed, nextTick, shallowRef } from "vue"

export function useLocalOverlay(): Overlay {
    const name = shallowRef<string | null>(null)
    const set = (next: string | null): void => {
        name.value = next
    }
    return {
        current: computed(() => name.value),
        open: set,
        replace: set,
        close: (then) => {
            set(null)
            if (then !== undefined) void nextTick(then)
        },
    }
}
