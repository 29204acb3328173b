/* Calls once when most of an element was in sight for a second in a visible page. */

import { onBeforeUnmount, onMounted } from "vue"
import type { ShallowRef } from "vue"

const PART = 0.6
const STAY_MS = 1000

export function useDisplayed(element: Readonly<ShallowRef<HTMLElement | null>>, done: () => void): void {
    let timer = 0
    let isInSight = false
    const plan = (): void => {
        clearTimeout(timer)
        if (isInSight && document.visibilityState === "visible")
            timer = window.setTimeout(done, STAY_MS)
    }
    const observer = new IntersectionObserver(
        (entries) => {
            const entry = entries[entries.length - 1]
            /* Taller than the view: filling most of it is as much as can be seen. */
            const fills = (entry?.intersectionRect.height ?? 0) >= window.innerHeight * PART
            isInSight = (entry?.intersectionRatio ?? 0) >= PART || fills
            plan()
        },
        { threshold: [0, 0.2, 0.4, PART, 1] },
    )
    onMounted(() => {
        if (element.value !== null) observer.observe(element.value)
        document.addEventListener("visibilitychange", plan)
    })
    onBeforeUnmount(() => {
        observer.disconnect()
        clearTimeout(timer)
        document.removeEventListener("visibilitychange", plan)
    })
}
