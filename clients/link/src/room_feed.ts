/*
 * room_feed: what we hold of one room, and whether it is all.
 * Messages by seq; `ranges` says where they are without gaps; `liveTo` is how far the
 * end that grows with the room is complete. A message beyond it waits in `held` until
 * what lies between was fetched. No I/O: its owner sends the requests it asks for.
 */

import { MessageState } from "@hall/wire"
import type { MessageView, Revocation, ResumeView, RoomView } from "@hall/wire"
import { addRange, rangeAt } from "./ranges.ts"
import type { Range } from "./ranges.ts"

/** A longer gap is left as a row to open, not fetched at once. */
export const FILL_MAX = 500

/** Nobody is told more exactly than this. */
const UNREAD_MAX = 100

export type AppendResult = "shown" | "known" | "held"

export class RoomFeed {
    view: RoomView
    /** The newest seq known to exist. */
    headSeq: number
    readSeq: number
    /** Complete up to here; null: nothing of the live end is held yet. */
    liveTo: number | null = null
    /** What was held before a reset: readable, greyed, until replaced. */
    stale: readonly MessageView[] = []
    /** Grows when the messages shown are others, not when only the reading went on. */
    version = 0
    private ranges_: Range[] = []
    private bySeq_ = new Map<number, MessageView>()
    private held_ = new Map<number, MessageView>()
    /** Taken down in this run: answers that were on their way must not bring them back. */
    private readonly revoked_ = new Map<number, Revocation>()
    private readonly revokedMedia_ = new Set<string>()
    private unreadBase_: { readonly readSeq: number; readonly headSeq: number; readonly unread: number }

    constructor(view: RoomView) {
        this.view = view
        this.headSeq = view.headSeq
        this.readSeq = view.readSeq
        this.unreadBase_ = view
    }

    get ranges(): readonly Range[] {
        return this.ranges_
    }

    /** The last seq to say in hello; 0: we hold nothing of the live end. */
    get cursor(): number {
        return this.liveTo ?? 0
    }

    get firstSeq(): number {
        return Math.max(1, this.view.firstSeq)
    }

    /** Whether something up to the head is still missing at the live end. */
    get isBehind(): boolean {
        return this.liveTo === null || this.liveTo < this.headSeq
    }

    /** Whether messages wait for what lies before them. */
    get hasHeld(): boolean {
        return this.held_.size > 0
    }

    get(seq: number): MessageView | undefined {
        return this.bySeq_.get(seq)
    }

    /** The range that ends at the live end. */
    get liveRange(): Range | undefined {
        return this.liveTo === null ? undefined : rangeAt(this.ranges_, this.liveTo)
    }

    applyView(view: RoomView): void {
        this.view = view
        this.headSeq = Math.max(this.headSeq, view.headSeq)
        this.unreadBase_ = view
        this.readSeq = Math.max(this.readSeq, view.readSeq)
    }

    /** How the server says this room continues. */
    applyResume(resume: ResumeView, outcome: "full" | "partial" | "reset"): void {
        this.held_.clear()
        this.headSeq = Math.max(this.headSeq, resume.headSeq)
        if (outcome === "full") this.liveTo ??= resume.fromSeq - 1
        if (outcome === "partial") this.liveTo = resume.fromSeq - 1
        if (outcome === "reset") {
            this.headSeq = resume.headSeq
            this.becomeStale()
            /* What follows begins here; with nothing to follow the newest page is asked for. */
            if (resume.fromSeq <= resume.headSeq || resume.headSeq === 0)
                this.liveTo = resume.fromSeq - 1
        }
        this.version += 1
    }

    /** Everything held means nothing any more; it stays readable until replaced. */
    becomeStale(): void {
        const messages = this.list()
        if (messages.length > 0) this.stale = messages
        this.ranges_ = []
        this.bySeq_.clear()
        this.held_.clear()
        this.liveTo = null
        this.version += 1
    }

    /** One message pushed by the server. */
    append(message: MessageView): AppendResult {
        const { seq } = message
        this.headSeq = Math.max(this.headSeq, seq)
        if (this.liveTo === null || seq > this.liveTo + 1) {
            this.held_.set(seq, message)
            return "held"
        }
        const isNew = !this.bySeq_.has(seq)
        this.stale = []
        this.put_(message)
        if (seq === this.liveTo + 1) {
            this.grow_(seq, seq)
            this.drainHeld_()
        } else this.ranges_ = addRange(this.ranges_, { from: seq, to: seq })
        return isNew ? "shown" : "known"
    }

    /**
     * A run without gaps, oldest first, that joins the live end: a backlog, or the
     * answer to a range fetch. Its start may lie beyond what we hold when the server
     * has nothing in between to give; the ranges then show the gap.
     */
    appendRun(messages: readonly MessageView[]): void {
        const first = messages[0]
        const last = messages[messages.length - 1]
        if (first === undefined || last === undefined) return
        for (const message of messages) this.put_(message)
        this.headSeq = Math.max(this.headSeq, last.seq)
        this.grow_(first.seq, last.seq)
        this.drainHeld_()
    }

    /** A run from anywhere: older pages, the surroundings of a hit. */
    insertRun(messages: readonly MessageView[]): void {
        const first = messages[0]
        const last = messages[messages.length - 1]
        if (first === undefined || last === undefined) return
        for (const message of messages) this.put_(message)
        this.ranges_ = addRange(this.ranges_, { from: first.seq, to: last.seq })
        if (this.liveTo !== null) {
            const live = rangeAt(this.ranges_, this.liveTo)
            if (live !== undefined) this.liveTo = live.to
        }
        this.drainHeld_()
        this.version += 1
    }

    /** The newest page: where nothing of the live end was held, or the gap is too long. */
    replaceEnd(messages: readonly MessageView[], headSeq: number): void {
        this.stale = []
        this.headSeq = Math.max(headSeq, ...[...this.held_.keys()])
        const last = messages[messages.length - 1]
        this.liveTo = last === undefined ? headSeq : last.seq
        this.insertRun(messages)
    }

    /** The server has nothing after what we hold, except what it may not show any more. */
    endIs(headSeq: number, firstSeq: number): void {
        this.headSeq = headSeq
        this.liveTo = Math.max(Math.min(this.liveTo ?? 0, headSeq), firstSeq - 1)
        if (this.held_.size > 0) this.headSeq = Math.max(headSeq, ...this.held_.keys())
        this.version += 1
    }

    /** Takes a message out of sight. Answers whether it was held and visible. */
    revoke(revocation: Revocation): boolean {
        const { seq } = revocation
        if (seq === undefined) return false
        const state = revocation.state ?? MessageState.hidden
        let changed = false
        this.revoked_.set(seq, revocation)
        for (const table of [this.bySeq_, this.held_]) {
            const message = table.get(seq)
            if (message === undefined) continue
            table.set(seq, tombstone(message, state, revocation.publicReason))
            changed = true
        }
        if (this.stale.some((message) => message.seq === seq)) {
            this.stale = this.stale.map((message) =>
                message.seq === seq ? tombstone(message, state, revocation.publicReason) : message,
            )
            changed = true
        }
        if (changed) this.version += 1
        return changed
    }

    /** Takes one picture out of every message. Answers the seqs it was in. */
    revokeMedia(mediaId: string): number[] {
        const seqs: number[] = []
        this.revokedMedia_.add(mediaId)
        const without = (message: MessageView): MessageView => {
            if (message.media?.some((media) => media.mediaId === mediaId) !== true) return message
            seqs.push(message.seq)
            return { ...message, media: message.media.filter((m) => m.mediaId !== mediaId) }
        }
        for (const table of [this.bySeq_, this.held_])
            for (const [seq, message] of table) table.set(seq, without(message))
        this.stale = this.stale.map(without)
        if (seqs.length > 0) this.version += 1
        return seqs
    }

    readTo(seq: number): boolean {
        if (seq <= this.readSeq) return false
        this.readSeq = seq
        return true
    }

    /** Visible messages of others after the read position, as far as anybody knows, to 100. */
    unread(ownId: number): number {
        const base = this.unreadBase_
        const live = this.liveRange
        const isCovered = live !== undefined && live.from <= this.readSeq + 1
        const hasMoved = this.readSeq > base.readSeq
        let count = isCovered || hasMoved ? 0 : base.unread
        if (live === undefined) return count
        const after = isCovered || hasMoved ? this.readSeq : base.headSeq
        for (let seq = Math.max(after + 1, live.from); seq <= live.to && count < UNREAD_MAX; seq++)
            if (countsAsUnread(this.bySeq_.get(seq), ownId)) count += 1
        return count
    }

    /** All messages held, oldest first. */
    list(): MessageView[] {
        const messages: MessageView[] = []
        for (const range of this.ranges_) messages.push(...this.slice(range.from, range.to))
        return messages
    }

    slice(from: number, to: number): MessageView[] {
        const messages: MessageView[] = []
        for (let seq = from; seq <= to; seq++) {
            const message = this.bySeq_.get(seq)
            if (message !== undefined) messages.push(message)
        }
        return messages
    }

    private put_(message: MessageView): void {
        const known = this.bySeq_.get(message.seq)
        const clientKey = message.clientKey ?? known?.clientKey
        const kept = this.withoutRevoked(message)
        this.bySeq_.set(message.seq, clientKey === undefined ? kept : { ...kept, clientKey })
        this.version += 1
    }

    /** A message as it may be shown, whatever an answer under way still says. */
    withoutRevoked(message: MessageView): MessageView {
        const revocation = this.revoked_.get(message.seq)
        if (revocation !== undefined && message.state === MessageState.visible)
            return tombstone(
                message,
                revocation.state ?? MessageState.hidden,
                revocation.publicReason,
            )
        if (message.media?.some((media) => this.revokedMedia_.has(media.mediaId)) !== true)
            return message
        const media = message.media.filter((item) => !this.revokedMedia_.has(item.mediaId))
        return { ...message, media }
    }

    private grow_(from: number, to: number): void {
        this.ranges_ = addRange(this.ranges_, { from, to })
        const range = rangeAt(this.ranges_, to)
        this.liveTo = Math.max(this.liveTo ?? 0, range === undefined ? to : range.to)
    }

    private drainHeld_(): void {
        if (this.liveTo === null) return
        for (const seq of [...this.held_.keys()].sort((a, b) => a - b)) {
            const message = this.held_.get(seq)
            if (message === undefined || seq > this.liveTo + 1) break
            this.held_.delete(seq)
            this.put_(message)
            this.grow_(seq, seq)
        }
    }
}

function countsAsUnread(message: MessageView | undefined, ownId: number): boolean {
    return (
        message !== undefined &&
        message.senderId !== ownId &&
        message.state === MessageState.visible
    )
}

/** What is left of a message nobody may read any more. */
export function tombstone(
    message: MessageView,
    state: MessageState,
    publicReason: string | undefined,
): MessageView {
    const { roomId, seq, senderId, senderName, badge, kind, sentAt, clientKey } = message
    return {
        roomId, seq, senderId, senderName, badge, kind, sentAt, state,
        ...(clientKey === undefined ? {} : { clientKey }),
        ...(publicReason === undefined ? {} : { publicReason }),
    }
}
