/* The beginning of a long list; the rest is drawn as one comes near it. */

import { computed, onBeforeUnmount, shallowRef, watch } from "vue"
import type { ComputedRef, ShallowRef } from "vue"

const STEP = 60

export interface Growing<T> {
    readonly shown: ComputedRef<readonly T[]>
    readonly hasMore: ComputedRef<boolean>
}

/** `end` is an element behind the last row; `atLeast` counts rows that have to be there. */
export function useGrowing<T>(
    rows: () => readonly T[], atLeast: () => number, end: Readonly<ShallowRef<HTMLElement | null>>,
): Growing<T> {
    const limit = shallowRef(STEP)
    const observer = new IntersectionObserver((entries) => {
        if (entries.some((entry) => entry.isIntersecting)) limit.value += STEP
    }, { rootMargin: "400px" })
    watch(end, (element) => {
        observer.disconnect()
        if (element !== null) observer.observe(element)
    })
    onBeforeUnmount(() => observer.disconnect())
    const count = computed(() => Math.max(limit.value, atLeast() + STEP / 2))
    return {
        shown: computed(() => rows().slice(0, count.value)),
        hasMore: computed(() => rows().length > count.value),
    }
}
