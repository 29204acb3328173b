/*
 * Name, number and time, tiled under the text of every column, also in print: whoever
 * photographs the screen is in the picture. Too faint to harm reading.
 */

import { useDisplay } from "@hall/ui"
import { useSession } from "@hall/view/app/session.store.ts"
import { computed, watch } from "vue"
import { useNow } from "./now.store.ts"

const QUARTER_MS = 15 * 60_000

function tile(text: string, isDark: boolean): string {
    const escaped = text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`)
    const ink = isDark ? "rgba(255,255,255,0.035)" : "rgba(0,0,0,0.045)"
    const svg =
        `<svg xmlns="http://www.w3.org/2000/svg" width="280" height="150">` +
        `<text x="20" y="110" transform="rotate(-20 140 75)" font-family="sans-serif" ` +
        `font-size="15" fill="${ink}">${escaped}</text></svg>`
    return `url("data:image/svg+xml,${encodeURIComponent(svg)}")`
}

export function useWatermark(): void {
    const session = useSession()
    const clock = useNow()
    const display = useDisplay()
    const quarter = computed(() => Math.floor(clock.now / QUARTER_MS) * QUARTER_MS)
    const isDark = computed(
        () => display.theme === "dark" ||
            (display.theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches),
    )
    watch(
        [() => session.me, quarter, isDark] as const,
        ([me, time, dark]) => {
            const stamp = new Date(time).toLocaleString("sv-SE", { timeZone: "Asia/Shanghai" }).slice(0, 16)
            const image = me === null ? "none" : tile(`${me.displayName} ${me.accountId} ${stamp}`, dark)
            document.documentElement.style.setProperty("--watermark", image)
        },
        { immediate: true },
    )
}
