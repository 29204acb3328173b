/*
 * Voices as they are heard: one at a time on a page. Nothing of one stays in memory
 * once it is stopped.
 */

import { shallowRef } from "vue"

export interface Heard {
    readonly url: string
    readonly state: "loading" | "playing" | "paused" | "failed"
    readonly seconds: number
    /** Why it failed: taken back, or not reached. */
    readonly isGone: boolean
}

const heard = shallowRef<Heard | null>(null)
let audio: HTMLAudioElement | null = null

/** What is being heard, if it is this one. */
export function heardOf(url: string): Heard | null {
    return heard.value?.url === url ? heard.value : null
}

function tell(change: Partial<Heard>): void {
    if (heard.value !== null) heard.value = { ...heard.value, ...change }
}

async function explain(url: string): Promise<void> {
    let isGone = false
    if (url.startsWith("/"))
        try {
            const answer = await fetch(url, { headers: { range: "bytes=0-0" } })
            isGone = answer.status === 404 || answer.status === 410
        } catch {
            /* No network: later. */
        }
    if (heard.value?.url === url) tell({ state: "failed", isGone })
}

function open(url: string): HTMLAudioElement {
    const element = new Audio(url)
    const isCurrent = (): boolean => audio === element
    element.onplaying = () => isCurrent() && tell({ state: "playing" })
    element.onpause = () => isCurrent() && !element.ended && tell({ state: "paused" })
    element.ontimeupdate = () => isCurrent() && tell({ seconds: element.currentTime })
    element.onended = () => isCurrent() && stop()
    element.onerror = () => {
        if (!isCurrent()) return
        audio = null
        void explain(url)
    }
    return element
}

/** Plays it from the beginning, pauses it, goes on. */
export function toggle(url: string): void {
    const element = heardOf(url) === null ? null : audio
    if (element !== null && !element.paused) {
        element.pause()
        return
    }
    if (element === null) {
        stop()
        audio = open(url)
        heard.value = { url, state: "loading", seconds: 0, isGone: false }
    }
    /* What goes wrong is told by the element. */
    audio?.play().catch(() => undefined)
}

/** Silence; of this one only, where one is named. */
export function stop(url?: string): void {
    if (url !== undefined && heard.value?.url !== url) return
    const element = audio
    audio = null
    heard.value = null
    if (element === null) return
    element.pause()
    element.removeAttribute("src")
    element.load()
}
