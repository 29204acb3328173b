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
    private readonly owed_ = new Map<number, number>()
    private readonly filling_ = new Set<number>()
    /** Counts connections: answers of an earlier one are not for us. */
    private run_ = 0
    private readonly parts_: RoomsParts

    constructor(parts: RoomsParts) {
        this.parts_ = parts
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
        this.run_ += 1
        this.owed_.clear()
        this.filling_.clear()
    }

    welcomed(welcome: Welcome, isSameEpoch: boolean): void {
        this.dropRoomsBut_(new Set(welcome.rooms.map((room) => room.roomId)))
        for (const view of welcome.rooms) {
            const feed = this.feedOf_(view)
            if (!isSameEpoch) feed.becomeStale()
            const resume = welcome.resumes.find((item) => item.roomId === view.roomId)
            this.resume_(feed, resume)
        }
        this.checkCaughtUp()
    }

    /** Views the server gives while connected; a room we did not have is entered. */
    viewsChanged(views: readonly RoomView[]): void {
        for (const view of views) {
            const isKnown = this.feeds.has(view.roomId)
            const feed = this.feedOf_(view)
            if (!isKnown) this.enter_(feed)
            this.changed_(feed, [])
        }
    }

    backlog(event: RoomBacklog): void {
        const feed = this.feeds.get(event.roomId)
        if (feed === undefined) return
        for (const message of event.messages) this.append_(feed, message, false)
        feed.headSeq = Math.max(feed.headSeq, event.headSeq)
        this.afterGrowth_(feed)
    }

    added(message: MessageView): void {
        const feed = this.feeds.get(message.roomId)
        if (feed === undefined) return
        this.append_(feed, message, true)
        this.afterGrowth_(feed)
    }

    /** The server says how far a room goes: something may have been lost. */
    headIs(roomId: number, headSeq: number): void {
        const feed = this.feeds.get(roomId)
        if (feed === undefined || headSeq <= feed.headSeq) return
        feed.headSeq = headSeq
        this.afterGrowth_(feed)
    }

    revoke(revocation: Revocation): void {
        if (revocation.kind === RevokedKind.media && revocation.mediaId !== undefined) {
            for (const feed of this.feeds.values())
                this.changed_(feed, feed.revokeMedia(revocation.mediaId))
            return
        }
        const feed = this.feeds.get(revocation.roomId ?? 0)
        if (revocation.kind !== RevokedKind.message || feed === undefined) return
        feed.revoke(revocation)
        this.changed_(feed, revocation.seq === undefined ? [] : [revocation.seq])
    }

    readTo(roomId: number, seq: number): boolean {
        const feed = this.feeds.get(roomId)
        if (feed === undefined || !feed.readTo(Math.min(seq, feed.headSeq))) return false
        this.changed_(feed, [])
        return true
    }

    muted(roomId: number, until: number | undefined): void {
        const feed = this.feeds.get(roomId)
        if (feed === undefined) return
        const { mutedUntil: _mutedUntil, ...view } = feed.view
        feed.applyView(until === undefined ? view : { ...view, mutedUntil: until })
        this.changed_(feed, [])
    }

    /** A page below `beforeSeq`; answers how it went. */
    loadBefore(roomId: number, beforeSeq: number, done: (outcome: Outcome<MessagePage>) => void): void {
        this.load_({ roomId, beforeSeq, limit: PAGE_LIMIT }, done)
    }

    /** A hit or a quoted message with what stands around it. */
    loadAround(roomId: number, seq: number, done: (outcome: Outcome<MessagePage>) => void): void {
        this.load_({ roomId, aroundSeq: seq, limit: PAGE_LIMIT }, done)
    }

    private load_(body: Body<"message_history">, done: (outcome: Outcome<MessagePage>) => void): void {
        this.parts_.request("message_history", body, (outcome) => {
            const feed = this.feeds.get(body.roomId)
            if (outcome.ok && feed !== undefined) {
                this.seenPage_(feed, outcome.body)
                feed.insertRun(outcome.body.messages)
                this.touchRun_(feed, outcome.body.messages)
                this.afterGrowth_(feed)
            }
            done(outcome)
        })
    }

    private feedOf_(view: RoomView): RoomFeed {
        const known = this.feeds.get(view.roomId)
        if (known !== undefined) {
            known.applyView(view)
            return known
        }
        const feed = new RoomFeed(view)
        this.feeds.set(view.roomId, feed)
        return feed
    }

    private dropRoomsBut_(keep: ReadonlySet<number>): void {
        for (const roomId of [...this.feeds.keys()])
            if (!keep.has(roomId)) {
                this.feeds.delete(roomId)
                this.parts_.keeper.forget(roomId)
                this.parts_.changed(roomId)
            }
    }

    private enter_(feed: RoomFeed): void {
        const run = this.run_
        const { roomId } = feed.view
        this.parts_.request("room_resume", { roomId, seq: feed.cursor }, (outcome) => {
            if (run !== this.run_ || !outcome.ok) return
            feed.applyView(outcome.body.room)
            this.resume_(feed, outcome.body.resume)
        })
    }

    private resume_(feed: RoomFeed, resume: ResumeView | undefined): void {
        if (resume === undefined) {
            this.afterGrowth_(feed)
            return
        }
        const isReset = resume.outcome === ResumeOutcome.reset
        const isPartial = resume.outcome === ResumeOutcome.partial
        feed.applyResume(resume, isReset ? "reset" : isPartial ? "partial" : "full")
        this.changed_(feed, [])
        if (feed.isBehind) this.owed_.set(feed.view.roomId, resume.headSeq)
        if (feed.liveTo === null) this.fill_(feed)
    }

    private append_(feed: RoomFeed, message: MessageView, isLive: boolean): void {
        const before = feed.liveTo ?? message.seq - 1
        const result = feed.append(message)
        if (result === "held") return
        const to = Math.max(message.seq, feed.liveTo ?? 0)
        this.parts_.keeper.touchRange(feed.view.roomId, message.seq, to)
        for (let seq = Math.min(message.seq, before + 1); seq <= to; seq++) {
            const shown = feed.get(seq)
            if (shown === undefined) continue
            this.parts_.present(shown)
            if (isLive && result === "shown") this.parts_.arrived(shown)
        }
    }

    /** After a feed grew or learned of a newer head: fetch what lacks, tell what is done. */
    private afterGrowth_(feed: RoomFeed): void {
        const { roomId } = feed.view
        const owed = this.owed_.get(roomId)
        if (feed.isBehind && (owed === undefined || feed.hasHeld)) this.fill_(feed)
        if (owed !== undefined && feed.liveTo !== null && feed.liveTo >= owed)
            this.owed_.delete(roomId)
        this.parts_.changed(roomId)
        this.checkCaughtUp()
    }

    private fill_(feed: RoomFeed): void {
        const { roomId } = feed.view
        if (this.filling_.has(roomId)) return
        this.filling_.add(roomId)
        const run = this.run_
        const after = feed.liveTo
        const isFar = after === null || feed.headSeq - after > FILL_MAX
        const body = isFar
            ? { roomId, limit: NEWEST_LIMIT }
            : { roomId, afterSeq: after, limit: PAGE_LIMIT }
        this.parts_.request("message_history", body, (outcome) => {
            if (run !== this.run_) return
            this.filling_.delete(roomId)
            if (outcome.ok) this.onFilled_(feed, outcome.body, isFar)
            else if (outcome.error.kind === "lost" || outcome.error.code !== ErrorCode.notFound)
                this.fillLater_(feed)
            else this.giveUp_(feed)
        })
    }

    private onFilled_(feed: RoomFeed, page: MessagePage, isNewest: boolean): void {
        const before = feed.liveTo
        this.seenPage_(feed, page)
        if (isNewest) feed.replaceEnd(page.messages, page.headSeq)
        else if (page.messages.length > 0) feed.appendRun(page.messages)
        else feed.endIs(page.headSeq, page.firstSeq)
        this.touchRun_(feed, page.messages)
        for (const message of page.messages) this.parts_.present(message)
        if (feed.liveTo !== null && feed.liveTo >= page.headSeq)
            this.owed_.delete(feed.view.roomId)
        if (feed.liveTo === before && feed.isBehind) this.fillLater_(feed)
        else this.afterGrowth_(feed)
    }

    /** Not now: the server is busy. Ask again in a moment, on this connection only. */
    private fillLater_(feed: RoomFeed): void {
        const run = this.run_
        this.parts_.clock.after(FILL_AGAIN_MS, () => {
            if (run === this.run_ && feed.isBehind) this.fill_(feed)
        })
    }

    /** The room may not be read any more: nothing is owed. */
    private giveUp_(feed: RoomFeed): void {
        this.owed_.delete(feed.view.roomId)
        this.checkCaughtUp()
    }

    private seenPage_(feed: RoomFeed, page: MessagePage): void {
        feed.view = { ...feed.view, firstSeq: page.firstSeq }
        feed.headSeq = Math.max(feed.headSeq, page.headSeq)
    }

    private touchRun_(feed: RoomFeed, messages: readonly MessageView[]): void {
        const first = messages[0]
        const last = messages[messages.length - 1]
        if (first !== undefined && last !== undefined)
            this.parts_.keeper.touchRange(feed.view.roomId, first.seq, last.seq)
    }

    private changed_(feed: RoomFeed, seqs: readonly number[]): void {
        this.parts_.keeper.touch(feed.view.roomId, seqs)
        this.parts_.changed(feed.view.roomId)
    }

    /** Tells the owner when nothing hello asked for is owed any more. */
    checkCaughtUp(): void {
        if (this.owed_.size === 0) this.parts_.caughtUp()
    }
}
