/*
 * Reading moves forward only by what was really in sight: most of a message, for a
 * second, in a visible page. Opening a room reads nothing.
 */

import type { Link } from "@hall/link"
import { onBeforeUnmount } from "vue"

const STAY_MS = 1000

export interface Reading {
    /** The newest seq now in sight. */
    inSight(seq: number): void
}

export function useReading(link: Link, roomId: number): Reading {
    let sighted = 0
    let timer = 0
    /** What the timer waits for. */
    let waited = 0
    const plan = (): void => {
        /* In a lively hall newer words come before the second is over: it goes on. */
        if (timer !== 0 && waited <= sighted && document.visibilityState === "visible") return
        clearTimeout(timer)
        timer = 0
        const seq = sighted
        const feed = link.rooms.feeds.get(roomId)
        if (document.visibilityState !== "visible" || feed === undefined || seq <= feed.readSeq) return
        waited = seq
        timer = window.setTimeout(() => {
            timer = 0
            link.markRead(roomId, seq)
            if (sighted > seq) plan()
        }, STAY_MS)
    }
    document.addEventListener("visibilitychange", plan)
    onBeforeUnmount(() => {
        clearTimeout(timer)
        document.removeEventListener("visibilitychange", plan)
    })
    return {
        inSight(seq) {
            if (seq === sighted) return
            sighted = seq
            plan()
        },
    }
}
