/* A steady list on screen, walked with J and K and opened with Enter. */

import { t } from "@hall/ui"
import { shallowRef, watch } from "vue"
import type { ShallowRef } from "vue"
import { useCommands } from "./commands.store.ts"
import { SteadyList } from "./steady_list.ts"
import type { SteadyParts, SteadyRow } from "./steady_list.ts"

export interface SteadyUse<T> extends SteadyParts<T> {
    readonly items: () => readonly T[]
    /** Whether the list is whole: until then it grows as it comes. */
    readonly isSettled: () => boolean
    /** With another one the list begins anew. */
    readonly about?: () => string
    readonly chosen: () => number | null
    readonly choose: (key: number | null) => void
}

export interface Steady<T> {
    readonly rows: ShallowRef<readonly SteadyRow<T>[]>
    readonly waiting: ShallowRef<number>
    takeIn(): void
}

export function useSteadyList<T>(use: SteadyUse<T>): Steady<T> {
    const list = new SteadyList<T>(use)
    const rows = shallowRef<readonly SteadyRow<T>[]>([])
    const waiting = shallowRef(0)

    function draw(): void {
        rows.value = list.rows
        waiting.value = list.waiting
    }

    function takeIn(): void {
        list.takeIn()
        draw()
    }

    function step(by: number): void {
        const count = rows.value.length
        if (count === 0) return
        const at = rows.value.findIndex((row) => row.key === use.chosen())
        const to = at < 0 ? 0 : Math.min(count - 1, Math.max(0, at + by))
        const key = rows.value[to]?.key
        if (key === undefined) return
        use.choose(key)
        requestAnimationFrame(() =>
            document.querySelector(`[data-row="${key}"]`)?.scrollIntoView({ block: "nearest" }))
    }

    watch(
        [use.items, use.isSettled, () => use.about?.() ?? ""] as const,
        ([items, isSettled, about], before) => {
            list.update(items)
            if (!isSettled || before[1] !== true || before[2] !== about) list.takeIn()
            draw()
        },
        { immediate: true },
    )
    useCommands(() => [
        { name: "next", title: t("desk.key.walk"), keys: ["KeyJ", "ArrowDown"], run: () => step(1), isPlain: true },
        { name: "previous", title: t("desk.key.walk"), keys: ["KeyK", "ArrowUp"], run: () => step(-1), isPlain: true },
        { name: "back", title: t("app.back"), keys: ["Escape"], run: () => use.choose(null), isPlain: true },
        ...(waiting.value > 0
            ? [{ name: "take-in", title: t("list.takeIn", { count: waiting.value }), keys: ["KeyN"], run: takeIn }]
            : []),
    ])
    return { rows, waiting, takeIn }
}
