/*
 * rooms: every room of this person, kept complete.
 * Turns welcome, backlog and pushes into feeds, asks for what is missing, and knows
 * when everything hello asked for has come. Revocations go first: the server sends
 * them first, and they are applied where they arrive.
 */

import { ErrorCode, ResumeOutcome, RevokedKind } from "@hall/wire"
import type {
    MessagePage, MessageView, Revocation, RoomBacklog, RoomCursor, ResumeView, RoomView,
    Welcome,
} from "@hall/wire"
import type { Clock } from "./clock.ts"
import type { Keeper } from "./keeper.ts"
import type { Body, Outcome, ReplyOf, RequestName } from "./replies.ts"
import { FILL_MAX, RoomFeed } from "./room_feed.ts"

export const PAGE_LIMIT = 100
export const NEWEST_LIMIT = 60
export const FILL_AGAIN_MS = 1500
export const CURSORS_MAX = 64

export type Request = <K extends RequestName>(
    name: K,
    body: Body<K>,
    done: (outcome: Outcome<ReplyOf<K>>) => void,
) => void

export interface RoomsParts {
    readonly request: Request
    readonly clock: Clock
    readonly keeper: Keeper
    readonly changed: (roomId: number) => void
    /** A message was shown for the first time, live. */
    readonly arrived: (message: MessageView) => void
    /** A message is in its room now, however it came. */
    readonly present: (message: MessageView) => void
    readonly caughtUp: () => void
}

export class Rooms {
    readonly feeds = new Map<number, RoomFeed>()
    /** Rooms hello asked for and the seq up to which they are owed. */
    readonly #owed = new Map<number, number>()
    readonly #filling = new Set<number>()
    /** Counts connections: answers of an earlier one are not for us. */
    #run = 0
    readonly #parts: RoomsParts

    constructor(parts: RoomsParts) {
        this.#parts = parts
    }

    load(feeds: readonly RoomFeed[]): void {
        for (const feed of feeds) this.feeds.set(feed.view.roomId, feed)
    }

    clear(): void {
        this.feeds.clear()
        this.lost()
    }

    cursors(): RoomCursor[] {
        return [...this.feeds.values()]
            .slice(0, CURSORS_MAX)
            .map((feed) => ({ roomId: feed.view.roomId, seq: feed.cursor }))
    }

    lost(): void {
        this.#run += 1
        this.#owed.clear()
        this.#filling.clear()
    }

    welcomed(welcome: Welcome, isSameEpoch: boolean): void {
        this.#dropRoomsBut(new Set(welcome.rooms.map((room) => room.roomId)))
        for (const view of welcome.rooms) {
            const feed = this.#feedOf(view)
            if (!isSameEpoch) feed.becomeStale()
            const resume = welcome.resumes.find((item) => item.roomId === view.roomId)
            this.#resume(feed, resume)
        }
        this.checkCaughtUp()
    }

    /** Views the server gives while connected; a room we did not have is entered. */
    viewsChanged(views: readonly RoomView[]): void {
        for (const view of views) {
            const isKnown = this.feeds.has(view.roomId)
            const feed = this.#feedOf(view)
            if (!isKnown) this.#enter(feed)
            this.#changed(feed, [])
        }
    }

    backlog(event: RoomBacklog): void {
        const feed = this.feeds.get(event.roomId)
        if (feed === undefined) return
        for (const message of event.messages) this.#append(feed, message, false)
        feed.headSeq = Math.max(feed.headSeq, event.headSeq)
        this.#afterGrowth(feed)
    }

    added(message: MessageView): void {
        const feed = this.feeds.get(message.roomId)
        if (feed === undefined) return
        this.#append(feed, message, true)
        this.#afterGrowth(feed)
    }

    /** The server says how far a room goes: something may have been lost. */
    headIs(roomId: number, headSeq: number): void {
        const feed = this.feeds.get(roomId)
        if (feed === undefined || headSeq <= feed.headSeq) return
        feed.headSeq = headSeq
        this.#afterGrowth(feed)
    }

    revoke(revocation: Revocation): void {
        if (revocation.kind === RevokedKind.media && revocation.mediaId !== undefined) {
            for (const feed of this.feeds.values())
                this.#changed(feed, feed.revokeMedia(revocation.mediaId))
            return
        }
        const feed = this.feeds.get(revocation.roomId ?? 0)
        if (revocation.kind !== RevokedKind.message || feed === undefined) return
        feed.revoke(revocation)
        this.#changed(feed, revocation.seq === undefined ? [] : [revocation.seq])
    }

    readTo(roomId: number, seq: number): boolean {
        const feed = this.feeds.get(roomId)
        if (feed === undefined || !feed.readTo(Math.min(seq, feed.headSeq))) return false
        this.#changed(feed, [])
        return true
    }

    muted(roomId: number, until: number | undefined): void {
        const feed = this.feeds.get(roomId)
        if (feed === undefined) return
        const { mutedUntil: _mutedUntil, ...view } = feed.view
        feed.applyView(until === undefined ? view : { ...view, mutedUntil: until })
        this.#changed(feed, [])
    }

    /** A page below `beforeSeq`; answers how it went. */
    loadBefore(roomId: number, beforeSeq: number, done: (outcome: Outcome<MessagePage>) => void): void {
        this.#load({ roomId, beforeSeq, limit: PAGE_LIMIT }, done)
    }

    /** A hit or a quoted message with what stands around it. */
    loadAround(roomId: number, seq: number, done: (outcome: Outcome<MessagePage>) => void): void {
        this.#load({ roomId, aroundSeq: seq, limit: PAGE_LIMIT }, done)
    }

    #load(body: Body<"message_history">, done: (outcome: Outcome<MessagePage>) => void): void {
        this.#parts.request("message_history", body, (outcome) => {
            const feed = this.feeds.get(body.roomId)
            if (outcome.ok && feed !== undefined) {
                this.#seenPage(feed, outcome.body)
                feed.insertRun(outcome.body.messages)
                this.#touchRun(feed, outcome.body.messages)
                this.#afterGrowth(feed)
            }
            done(outcome)
        })
    }

    #feedOf(view: RoomView): RoomFeed {
        const known = this.feeds.get(view.roomId)
        if (known !== undefined) {
            known.applyView(view)
            return known
        }
        const feed = new RoomFeed(view)
        this.feeds.set(view.roomId, feed)
        return feed
    }

    #dropRoomsBut(keep: ReadonlySet<number>): void {
        for (const roomId of [...this.feeds.keys()])
            if (!keep.has(roomId)) {
                this.feeds.delete(roomId)
                this.#parts.keeper.forget(roomId)
                this.#parts.changed(roomId)
            }
    }

    #enter(feed: RoomFeed): void {
        const run = this.#run
        const { roomId } = feed.view
        this.#parts.request("room_resume", { roomId, seq: feed.cursor }, (outcome) => {
            if (run !== this.#run || !outcome.ok) return
            feed.applyView(outcome.body.room)
            this.#resume(feed, outcome.body.resume)
        })
    }

    #resume(feed: RoomFeed, resume: ResumeView | undefined): void {
        if (resume === undefined) {
            this.#afterGrowth(feed)
            return
        }
        const isReset = resume.outcome === ResumeOutcome.reset
        const isPartial = resume.outcome === ResumeOutcome.partial
        feed.applyResume(resume, isReset ? "reset" : isPartial ? "partial" : "full")
        this.#changed(feed, [])
        if (feed.isBehind) this.#owed.set(feed.view.roomId, resume.headSeq)
        if (feed.liveTo === null) this.#fill(feed)
    }

    #append(feed: RoomFeed, message: MessageView, isLive: boolean): void {
        const before = feed.liveTo ?? message.seq - 1
        const result = feed.append(message)
        if (result === "held") return
        const to = Math.max(message.seq, feed.liveTo ?? 0)
        this.#parts.keeper.touchRange(feed.view.roomId, message.seq, to)
        for (let seq = Math.min(message.seq, before + 1); seq <= to; seq++) {
            const shown = feed.get(seq)
            if (shown === undefined) continue
            this.#parts.present(shown)
            if (isLive && result === "shown") this.#parts.arrived(shown)
        }
    }

    /** After a feed grew or learned of a newer head: fetch what lacks, tell what is done. */
    #afterGrowth(feed: RoomFeed): void {
        const { roomId } = feed.view
        const owed = this.#owed.get(roomId)
        if (feed.isBehind && (owed === undefined || feed.hasHeld)) this.#fill(feed)
        if (owed !== undefined && feed.liveTo !== null && feed.liveTo >= owed)
            this.#owed.delete(roomId)
        this.#parts.changed(roomId)
        this.checkCaughtUp()
    }

    #fill(feed: RoomFeed): void {
        const { roomId } = feed.view
        if (this.#filling.has(roomId)) return
        this.#filling.add(roomId)
        const run = this.#run
        const after = feed.liveTo
        const isFar = after === null || feed.headSeq - after > FILL_MAX
        const body = isFar
            ? { roomId, limit: NEWEST_LIMIT }
            : { roomId, afterSeq: after, limit: PAGE_LIMIT }
        this.#parts.request("message_history", body, (outcome) => {
            if (run !== this.#run) return
            this.#filling.delete(roomId)
            if (outcome.ok) this.#onFilled(feed, outcome.body, isFar)
            else if (outcome.error.kind === "lost" || outcome.error.code !== ErrorCode.notFound)
                this.#fillLater(feed)
            else this.#giveUp(feed)
        })
    }

    #onFilled(feed: RoomFeed, page: MessagePage, isNewest: boolean): void {
        const before = feed.liveTo
        this.#seenPage(feed, page)
        if (isNewest) feed.replaceEnd(page.messages, page.headSeq)
        else if (page.messages.length > 0) feed.appendRun(page.messages)
        else feed.endIs(page.headSeq, page.firstSeq)
        this.#touchRun(feed, page.messages)
        for (const message of page.messages) this.#parts.present(message)
        if (feed.liveTo !== null && feed.liveTo >= page.headSeq)
            this.#owed.delete(feed.view.roomId)
        if (feed.liveTo === before && feed.isBehind) this.#fillLater(feed)
        else this.#afterGrowth(feed)
    }

    /** Not now: the server is busy. Ask again in a moment, on this connection only. */
    #fillLater(feed: RoomFeed): void {
        const run = this.#run
        this.#parts.clock.after(FILL_AGAIN_MS, () => {
            if (run === this.#run && feed.isBehind) this.#fill(feed)
        })
    }

    /** The room may not be read any more: nothing is owed. */
    #giveUp(feed: RoomFeed): void {
        this.#owed.delete(feed.view.roomId)
        this.checkCaughtUp()
    }

    #seenPage(feed: RoomFeed, page: MessagePage): void {
        feed.view = { ...feed.view, firstSeq: page.firstSeq }
        feed.headSeq = Math.max(feed.headSeq, page.headSeq)
    }

    #touchRun(feed: RoomFeed, messages: readonly MessageView[]): void {
        const first = messages[0]
        const last = messages[messages.length - 1]
        if (first !== undefined && last !== undefined)
            this.#parts.keeper.touchRange(feed.view.roomId, first.seq, last.seq)
    }

    #changed(feed: RoomFeed, seqs: readonly number[]): void {
        this.#parts.keeper.touch(feed.view.roomId, seqs)
        this.#parts.changed(feed.view.roomId)
    }

    /** Tells the owner when nothing hello asked for is owed any more. */
    checkCaughtUp(): void {
        if (this.#owed.size === 0) this.#parts.caughtUp()
    }
}
