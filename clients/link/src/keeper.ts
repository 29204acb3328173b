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
    private storage_: Storage | null = null
    private dirty_ = new Map<number, Set<number>>()
    private saved_ = new Map<number, Set<number>>()
    private me_: SavedMe | null = null
    private meChanged_ = false
    private cancel_: (() => void) | null = null
    private writing_: Promise<void> = Promise.resolve()
    private readonly clock_: Clock
    private readonly feed_: (roomId: number) => RoomFeed | undefined

    constructor(clock: Clock, feed: (roomId: number) => RoomFeed | undefined) {
        this.clock_ = clock
        this.feed_ = feed
    }

    /** Reads what is there; too old rooms are removed. */
    async open(storage: Storage): Promise<Loaded> {
        const [meta, rooms, pages] = await Promise.all([
            storage.readAll("meta"), storage.readAll("rooms"), storage.readAll("pages"),
        ])
        this.storage_ = storage
        const saved = (meta.get("me") as SavedMe | undefined) ?? null
        this.me_ ??= saved
        const loaded = loadPages(pages)
        const feeds: RoomFeed[] = []
        for (const [key, value] of rooms) {
            const { view, readSeq, savedAt } = value as SavedRoom
            const found = loaded.get(Number(key))
            if (found !== undefined) this.saved_.set(view.roomId, found.pages)
            if (savedAt < this.clock_.now() - KEEP_MS) {
                this.forget(view.roomId)
                continue
            }
            const feed = new RoomFeed(view)
            feed.readTo(readSeq)
            if (found !== undefined) feed.appendRun(found.messages)
            feeds.push(feed)
        }
        if (this.dirty_.size > 0 || this.meChanged_) this.plan_()
        return { me: saved, feeds }
    }

    close(): void {
        this.cancel_?.()
        this.cancel_ = null
        this.storage_ = null
        this.dirty_.clear()
        this.saved_.clear()
        this.me_ = null
    }

    setMe(me: SavedMe): void {
        this.me_ = me
        this.meChanged_ = true
        this.plan_()
    }

    /** These seqs of a room changed; none: only what is known about the room. */
    touch(roomId: number, seqs: readonly number[]): void {
        const pages = this.dirty_.get(roomId) ?? new Set<number>()
        for (const seq of seqs) pages.add(pageOf(seq))
        this.dirty_.set(roomId, pages)
        this.plan_()
    }

    /** A run of a room changed. */
    touchRange(roomId: number, from: number, to: number): void {
        const seqs: number[] = []
        for (let seq = from; seq <= to; seq += 50) seqs.push(seq)
        this.touch(roomId, [...seqs, to])
    }

    /** The room is gone for this person: nothing of it stays. */
    forget(roomId: number): void {
        this.dirty_.set(roomId, new Set())
        this.plan_()
    }

    /** Writes now; answers when it is on the device. */
    flush(): Promise<void> {
        this.cancel_?.()
        this.cancel_ = null
        const storage = this.storage_
        if (storage === null) return this.writing_
        const changes = this.changes_()
        if (changes.length > 0)
            this.writing_ = this.writing_
                .then(() => storage.write(changes))
                .catch(() => undefined)
        return this.writing_
    }

    private plan_(): void {
        if (this.storage_ === null || this.cancel_ !== null) return
        this.cancel_ = this.clock_.after(KEEP_WAIT_MS, () => void this.flush())
    }

    private changes_(): Change[] {
        const changes: Change[] = []
        for (const [roomId, pages] of this.dirty_) {
            const saved = this.saved_.get(roomId) ?? new Set<number>()
            const feed = this.feed_(roomId)
            const isKept =
                feed !== undefined &&
                mayKeep(feed.view) &&
                (this.saved_.has(roomId) || this.saved_.size < KEEP_ROOMS)
            if (isKept) {
                changes.push({ table: "rooms", key: String(roomId), value: this.row_(feed) })
                changes.push(...pageChanges(feed, pages, saved))
                this.saved_.set(roomId, saved)
            } else {
                changes.push({ table: "rooms", key: String(roomId) })
                for (const page of saved)
                    changes.push({ table: "pages", key: `${roomId}/${page}` })
                this.saved_.delete(roomId)
            }
        }
        this.dirty_.clear()
        if (this.meChanged_ && this.me_ !== null)
            changes.push({ table: "meta", key: "me", value: this.me_ })
        this.meChanged_ = false
        return changes
    }

    private row_(feed: RoomFeed): SavedRoom {
        return {
            view: { ...feed.view, headSeq: feed.headSeq },
            readSeq: feed.readSeq,
            savedAt: this.clock_.now(),
        }
    }
}
