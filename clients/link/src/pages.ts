/*
 * pages: the newest messages of a room on the device, a hundred to a page, as bytes.
 * A page is a message_page frame. Only the part without gaps that ends at the live
 * end is kept, so that its last seq is an honest cursor.
 */

import { decodeFrame, encodePage, RoomKind } from "@hall/wire"
import type { MessageView, RoomView } from "@hall/wire"
import type { RoomFeed } from "./room_feed.ts"
import type { Change } from "./storage.ts"

export const PAGE_SIZE = 100
export const KEEP_MESSAGES = 500
export const KEEP_ROOMS = 20
export const KEEP_MS = 30 * 24 * 3600 * 1000

/** Rooms everybody of a place is in; narrower ones leave nothing on the device. */
const KEPT_KINDS: ReadonlySet<number> = new Set([
    RoomKind.hall, RoomKind.gridRoom, RoomKind.buildingRoom, RoomKind.noticeChannel,
])

export interface SavedRoom {
    readonly view: RoomView
    readonly readSeq: number
    readonly savedAt: number
}

export function mayKeep(view: RoomView): boolean {
    return KEPT_KINDS.has(view.kind)
}

export function pageOf(seq: number): number {
    return Math.floor((seq - 1) / PAGE_SIZE)
}

function pageKey(roomId: number, page: number): string {
    return `${roomId}/${page}`
}

/**
 * What must be written after `dirty` pages changed. `saved` are the pages now on the
 * device; it is brought up to date.
 */
export function pageChanges(feed: RoomFeed, dirty: ReadonlySet<number>, saved: Set<number>): Change[] {
    const changes: Change[] = []
    const roomId = feed.view.roomId
    const live = feed.liveRange
    const from = live === undefined ? 1 : Math.max(live.from, live.to - KEEP_MESSAGES + 1)
    const wanted = new Set<number>()
    if (live !== undefined)
        for (let page = pageOf(from); page <= pageOf(live.to); page++) wanted.add(page)
    for (const page of [...saved])
        if (!wanted.has(page)) {
            changes.push({ table: "pages", key: pageKey(roomId, page) })
            saved.delete(page)
        }
    for (const page of wanted) {
        if (saved.has(page) && !dirty.has(page)) continue
        const first = Math.max(from, page * PAGE_SIZE + 1)
        const last = Math.min(live?.to ?? 0, (page + 1) * PAGE_SIZE)
        const value = encodePage({
            roomId,
            messages: feed.slice(first, last),
            firstSeq: feed.firstSeq,
            headSeq: feed.headSeq,
        })
        changes.push({ table: "pages", key: pageKey(roomId, page), value })
        saved.add(page)
    }
    return changes
}

export interface LoadedPages {
    /** Without gaps, oldest first, up to the newest kept. */
    readonly messages: MessageView[]
    readonly pages: Set<number>
}

/** Reads the pages of every room; unreadable ones are as if they were not there. */
export function loadPages(rows: ReadonlyMap<string, unknown>): Map<number, LoadedPages> {
    const byRoom = new Map<number, { page: number; messages: MessageView[] }[]>()
    for (const [key, value] of rows) {
        const [roomId, page] = key.split("/").map(Number)
        if (roomId === undefined || page === undefined) continue
        const list = byRoom.get(roomId) ?? []
        list.push({ page, messages: readPage(value) })
        byRoom.set(roomId, list)
    }
    const loaded = new Map<number, LoadedPages>()
    for (const [roomId, list] of byRoom) {
        list.sort((a, b) => a.page - b.page)
        const all = list.flatMap((entry) => entry.messages)
        let start = all.length === 0 ? 0 : all.length - 1
        while (start > 0 && all[start - 1]?.seq === (all[start]?.seq ?? 0) - 1) start -= 1
        loaded.set(roomId, {
            messages: all.slice(start),
            pages: new Set(list.map((entry) => entry.page)),
        })
    }
    return loaded
}

function readPage(value: unknown): MessageView[] {
    if (!(value instanceof Uint8Array)) return []
    try {
        const frame = decodeFrame(value)
        return frame.name === "message_page" ? frame.body.messages : []
    } catch {
        return []
    }
}
