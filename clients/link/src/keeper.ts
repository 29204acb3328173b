/*
 * keeper: brings rooms to the device and back.
 * Gathers what changed and writes it in one go: pages, rooms and the revocation cursor
 * together, so that the cursor never claims more than was removed.
 */

import type { Clock } from "./clock.ts"
import { KEEP_MS, KEEP_ROOMS, loadPages, mayKeep, pageChanges, pageOf } from "./pages.ts"
import type { SavedRoom } from "./pages.ts"
import { RoomFeed } from "./room_feed.ts"
import type { Change, Storage } from "./storage.ts"

export const KEEP_WAIT_MS = 400

export interface SavedMe {
    readonly accountId: number
    readonly displayName: string
    readonly epoch: number
    readonly revocationSeq: number
}

export interface Loaded {
    readonly me: SavedMe | null
    readonly feeds: RoomFeed[]
}

export class Keeper {
    #storage: Storage | null = null
    #dirty = new Map<number, Set<number>>()
    #saved = new Map<number, Set<number>>()
    #me: SavedMe | null = null
    #meChanged = false
    #cancel: (() => void) | null = null
    #writing: Promise<void> = Promise.resolve()
    readonly #clock: Clock
    readonly #feed: (roomId: number) => RoomFeed | undefined

    constructor(clock: Clock, feed: (roomId: number) => RoomFeed | undefined) {
        this.#clock = clock
        this.#feed = feed
    }

    /** Reads what is there; too old rooms are removed. */
    async open(storage: Storage): Promise<Loaded> {
        const [meta, rooms, pages] = await Promise.all([
            storage.readAll("meta"), storage.readAll("rooms"), storage.readAll("pages"),
        ])
        this.#storage = storage
        const saved = (meta.get("me") as SavedMe | undefined) ?? null
        this.#me ??= saved
        const loaded = loadPages(pages)
        const feeds: RoomFeed[] = []
        for (const [key, value] of rooms) {
            const { view, readSeq, savedAt } = value as SavedRoom
            const found = loaded.get(Number(key))
            if (found !== undefined) this.#saved.set(view.roomId, found.pages)
            if (savedAt < this.#clock.now() - KEEP_MS) {
                this.forget(view.roomId)
                continue
            }
            const feed = new RoomFeed(view)
            feed.readTo(readSeq)
            if (found !== undefined) feed.appendRun(found.messages)
            feeds.push(feed)
        }
        if (this.#dirty.size > 0 || this.#meChanged) this.#plan()
        return { me: saved, feeds }
    }

    close(): void {
        this.#cancel?.()
        this.#cancel = null
        this.#storage = null
        this.#dirty.clear()
        this.#saved.clear()
        this.#me = null
    }

    setMe(me: SavedMe): void {
        this.#me = me
        this.#meChanged = true
        this.#plan()
    }

    /** These seqs of a room changed; none: only what is known about the room. */
    touch(roomId: number, seqs: readonly number[]): void {
        const pages = this.#dirty.get(roomId) ?? new Set<number>()
        for (const seq of seqs) pages.add(pageOf(seq))
        this.#dirty.set(roomId, pages)
        this.#plan()
    }

    /** A run of a room changed. */
    touchRange(roomId: number, from: number, to: number): void {
        const seqs: number[] = []
        for (let seq = from; seq <= to; seq += 50) seqs.push(seq)
        this.touch(roomId, [...seqs, to])
    }

    /** The room is gone for this person: nothing of it stays. */
    forget(roomId: number): void {
        this.#dirty.set(roomId, new Set())
        this.#plan()
    }

    /** Writes now; answers when it is on the device. */
    flush(): Promise<void> {
        this.#cancel?.()
        this.#cancel = null
        const storage = this.#storage
        if (storage === null) return this.#writing
        const changes = this.#changes()
        if (changes.length > 0)
            this.#writing = this.#writing
                .then(() => storage.write(changes))
                .catch(() => undefined)
        return this.#writing
    }

    #plan(): void {
        if (this.#storage === null || this.#cancel !== null) return
        this.#cancel = this.#clock.after(KEEP_WAIT_MS, () => void this.flush())
    }

    #changes(): Change[] {
        const changes: Change[] = []
        for (const [roomId, pages] of this.#dirty) {
            const saved = this.#saved.get(roomId) ?? new Set<number>()
            const feed = this.#feed(roomId)
            const isKept =
                feed !== undefined &&
                mayKeep(feed.view) &&
                (this.#saved.has(roomId) || this.#saved.size < KEEP_ROOMS)
            if (isKept) {
                changes.push({ table: "rooms", key: String(roomId), value: this.#row(feed) })
                changes.push(...pageChanges(feed, pages, saved))
                this.#saved.set(roomId, saved)
            } else {
                changes.push({ table: "rooms", key: String(roomId) })
                for (const page of saved)
                    changes.push({ table: "pages", key: `${roomId}/${page}` })
                this.#saved.delete(roomId)
            }
        }
        this.#dirty.clear()
        if (this.#meChanged && this.#me !== null)
            changes.push({ table: "meta", key: "me", value: this.#me })
        this.#meChanged = false
        return changes
    }

    #row(feed: RoomFeed): SavedRoom {
        return {
            view: { ...feed.view, headSeq: feed.headSeq },
            readSeq: feed.readSeq,
            savedAt: this.#clock.now(),
        }
    }
}
