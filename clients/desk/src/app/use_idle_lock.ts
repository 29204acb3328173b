/* Ten minutes without a hand on keyboard or mouse: the desk locks. */

import { onBeforeUnmount, onMounted } from "vue"
import { useDuty } from "./duty.store.ts"

export const LOCK_AFTER_MS = 10 * 60_000
const LOOK_EVERY_MS = 15_000
const SIGNS = ["keydown", "pointerdown", "pointermove", "wheel"] as const

export function useIdleLock(): void {
    const duty = useDuty()
    let seenAt = Date.now()
    const seen = (): void => {
        seenAt = Date.now()
    }
    let timer = 0
    onMounted(() => {
        for (const sign of SIGNS) document.addEventListener(sign, seen, { passive: true, capture: true })
        timer = window.setInterval(() => {
            if (duty.isOnDuty && !duty.isLocked && Date.now() - seenAt >= LOCK_AFTER_MS)
                duty.setLocked(true)
        }, LOOK_EVERY_MS)
    })
    onBeforeUnmount(() => {
        for (const sign of SIGNS) document.removeEventListener(sign, seen, { capture: true })
        clearInterval(timer)
    })
}
