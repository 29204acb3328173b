/* Reading back and jumping: which pages are asked for, and how that went. */

import type { Link } from "@hall/link"
import { nextTick, shallowReactive, shallowRef } from "vue"
import type { ShallowRef } from "vue"
import { messageKey } from "./rows.ts"

export type LoadState = "idle" | "loading" | "failed"

const FLASH_MS = 2500
const JUMP_PART = 0.3

export interface RoomHistory {
    readonly older: ShallowRef<LoadState>
    /** By the seq a gap ends before. */
    readonly gaps: ReadonlyMap<number, LoadState>
    readonly flashed: ShallowRef<number | null>
    loadOlder(): void
    retryOlder(): void
    loadGap(before: number): void
    /** Brings a message into view, fetching what stands around it. */
    jump(seq: number): Promise<boolean>
}

export function useRoomHistory(
    link: Link, roomId: number, scrollTo: (key: string, part: number) => boolean,
): RoomHistory {
    const older = shallowRef<LoadState>("idle")
    const gaps = shallowReactive(new Map<number, LoadState>())
    const flashed = shallowRef<number | null>(null)

    function loadOlder(): void {
        const feed = link.rooms.feeds.get(roomId)
        const first = feed?.ranges[0]
        if (feed === undefined || first === undefined || older.value !== "idle") return
        if (first.from <= feed.firstSeq) return
        older.value = "loading"
        link.rooms.loadBefore(roomId, first.from, (outcome) => {
            older.value = outcome.ok ? "idle" : "failed"
        })
    }

    function retryOlder(): void {
        older.value = "idle"
        loadOlder()
    }

    function loadGap(before: number): void {
        if (gaps.get(before) === "loading") return
        gaps.set(before, "loading")
        link.rooms.loadBefore(roomId, before, (outcome) => {
            if (outcome.ok) gaps.delete(before)
            else gaps.set(before, "failed")
        })
    }

    async function jump(seq: number): Promise<boolean> {
        const feed = link.rooms.feeds.get(roomId)
        if (feed === undefined) return false
        if (feed.get(seq) === undefined) {
            const isLoaded = await new Promise<boolean>((resolve) => {
                link.rooms.loadAround(roomId, seq, (outcome) => resolve(outcome.ok))
            })
            if (!isLoaded) return false
        }
        const message = feed.get(seq)
        if (message === undefined) return false
        /* The rows are made in the next frame. */
        await nextFrames(2)
        await nextTick()
        if (!scrollTo(messageKey(message), JUMP_PART)) return false
        flashed.value = seq
        setTimeout(() => {
            if (flashed.value === seq) flashed.value = null
        }, FLASH_MS)
        return true
    }

    return { older, gaps, flashed, loadOlder, retryOlder, loadGap, jump }
}

function nextFrames(count: number): Promise<void> {
    return new Promise((resolve) => {
        const step = (left: number): void => {
            if (left === 0) resolve()
            else requestAnimationFrame(() => step(left - 1))
        }
        step(count)
    })
}
