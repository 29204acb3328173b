/*
 * A server in a page of memory that keeps the promises of the protocol: seq without
 * gaps, a repeated key stored once, resume with revocations first. Its connections can
 * be cut at any byte; what it has committed it never forgets.
 */

import {
    Badge, ErrorCode, MessageKind, MessageState, ResumeOutcome, ResumeReason, RevokedKind,
    RoomKind, VerificationLevel,
} from "@hall/wire"
import type {
    AlertView, Bodies, MessageView, NoticeView, ResumeView, Revocation, RoomView,
} from "@hall/wire"
import { decodeServerFrame, encodeServerFrame } from "@hall/wire/server"
import type { ServerFrame } from "@hall/wire/server"
import { hex } from "../src/bytes.ts"
import type { Clock } from "../src/clock.ts"
import type { OpenSocket, SocketEvents } from "../src/socket.ts"

type EventName = Parameters<typeof encodeServerFrame>[0]

export interface PeerRoom {
    view: RoomView
    messages: MessageView[]
}

export class PeerSocket {
    isOpen = true
    isGreeted = false
    /** Bytes either way until the line is cut; null: it holds. */
    cutAfter: number | null = null
    readonly sent: { name: EventName; body: unknown }[] = []
    readonly received: ServerFrame[] = []
    readonly #events: SocketEvents
    readonly #clock: Clock
    readonly #delayMs: number

    constructor(events: SocketEvents, clock: Clock, delayMs: number) {
        this.#events = events
        this.#clock = clock
        this.#delayMs = delayMs
    }

    /** Whether so many bytes still pass; the last frame before a cut is lost whole. */
    #passes(length: number): boolean {
        if (this.cutAfter === null) return true
        this.cutAfter -= length
        if (this.cutAfter > 0) return true
        this.close(1006)
        return false
    }

    push<K extends EventName>(name: K, seq: number, body: Bodies[K]): void {
        if (!this.isOpen) return
        this.sent.push({ name, body })
        const bytes = encodeServerFrame(name, seq, body)
        if (!this.#passes(bytes.length)) return
        this.#clock.after(this.#delayMs, () => {
            if (this.isOpen) this.#events.frame(bytes)
        })
    }

    /** A frame from the client, if it gets through. */
    take(bytes: Uint8Array, handle: (frame: ServerFrame) => void): void {
        if (!this.isOpen || !this.#passes(bytes.length)) return
        this.#clock.after(this.#delayMs, () => {
            if (!this.isOpen) return
            const frame = decodeServerFrame(bytes)
            this.received.push(frame)
            handle(frame)
        })
    }

    close(code = 1006): void {
        if (!this.isOpen) return
        this.isOpen = false
        this.#clock.after(0, () => this.#events.closed(code, ""))
    }

    /** The client hung up: nothing more is said to it. */
    hangUp(): void {
        this.isOpen = false
    }
}

export class FakePeer {
    readonly rooms = new Map<number, PeerRoom>()
    readonly sockets: PeerSocket[] = []
    readonly revocations: Revocation[] = []
    readonly alerts = new Map<number, AlertView>()
    readonly notices = new Map<number, NoticeView>()
    readonly byKey = new Map<string, { roomId: number; seq: number; sentAt: number }>()
    epoch = 1
    accountId = 7
    /** More missed messages than this are answered with `partial`. */
    ringSize = 200
    delayMs = 5
    /** Follow a reset with the newest ten messages, as the real server does. */
    sendsAfterReset = false
    /** Refuse to open sockets. */
    isDown = false
    /** Do not tell anybody of new messages: what a lost push looks like. */
    losesPushes = false
    /** Answers requests itself when it says so. */
    intercept: ((frame: ServerFrame, socket: PeerSocket) => boolean) | null = null
    /** Called when a socket opens, to plan its end. */
    onSocket: ((socket: PeerSocket) => void) | null = null
    readonly #clock: Clock

    constructor(clock: Clock) {
        this.#clock = clock
    }

    readonly open: OpenSocket = (events) => {
        const socket = new PeerSocket(events, this.#clock, this.delayMs)
        this.sockets.push(socket)
        if (this.isDown) socket.close(1006)
        else
            this.#clock.after(this.delayMs, () => {
                if (socket.isOpen) events.opened()
            })
        this.onSocket?.(socket)
        return {
            send: (bytes) => socket.take(bytes, (frame) => this.#handle(frame, socket)),
            close: () => socket.hangUp(),
        }
    }

    get socket(): PeerSocket {
        const last = this.sockets[this.sockets.length - 1]
        if (last === undefined) throw new Error("nobody connected")
        return last
    }

    addRoom(roomId: number, kind: RoomView["kind"] = RoomKind.hall): PeerRoom {
        const view: RoomView = {
            roomId, kind, name: `room ${roomId}`, communityId: 1, memberCount: 3, headSeq: 0,
            firstSeq: 1, readSeq: 0, unread: 0, mayPost: true, mayModerate: false,
        }
        const room = { view, messages: [] }
        this.rooms.set(roomId, room)
        return room
    }

    /** Somebody says something; everybody who listens hears it. */
    say(roomId: number, body: string, senderId = 99, clientKey?: Uint8Array): MessageView {
        const room = this.#room(roomId)
        const message: MessageView = {
            roomId, seq: room.messages.length + 1, senderId, senderName: `p${senderId}`,
            badge: Badge.none, kind: MessageKind.text, state: MessageState.visible,
            sentAt: this.#clock.now(), body,
            ...(clientKey === undefined ? {} : { clientKey }),
        }
        room.messages.push(message)
        if (!this.losesPushes) this.#toAll("message_added", { message })
        return message
    }

    revoke(roomId: number, seq: number, state: MessageState = MessageState.hidden): Revocation {
        const message = this.#room(roomId).messages[seq - 1]
        if (message !== undefined) {
            message.state = state
            delete message.body
        }
        const revocation: Revocation = {
            revocationSeq: this.revocations.length + 1, kind: RevokedKind.message, roomId, seq,
            state,
        }
        this.revocations.push(revocation)
        this.#toAll("revoked", {
            revocations: [revocation], headSeq: revocation.revocationSeq,
        })
        return revocation
    }

    pushAlert(alert: AlertView): void {
        this.alerts.set(alert.alertId, alert)
        this.#toAll("alert_pushed", { alert })
    }

    pushNotice(notice: NoticeView): void {
        this.notices.set(notice.noticeId, notice)
        this.#toAll("notice_pushed", { notice })
    }

    #toAll<K extends EventName>(name: K, body: Bodies[K]): void {
        for (const socket of this.sockets)
            if (socket.isOpen && socket.isGreeted) socket.push(name, 0, body)
    }

    #room(roomId: number): PeerRoom {
        const room = this.rooms.get(roomId)
        if (room === undefined) throw new Error(`no room ${roomId}`)
        return room
    }

    #view(room: PeerRoom): RoomView {
        return { ...room.view, headSeq: room.messages.length }
    }

    #handle(frame: ServerFrame, socket: PeerSocket): void {
        if (this.intercept?.(frame, socket) === true) return
        switch (frame.name) {
            case "hello":
                this.#hello(frame.seq, frame.body, socket)
                break
            case "ping":
                socket.push("pong", frame.seq, {
                    serverTime: this.#clock.now(),
                    heads: frame.body.rooms.map((roomId) => ({
                        roomId, headSeq: this.#room(roomId).messages.length,
                    })),
                    revocationSeq: this.revocations.length,
                })
                break
            case "message_post":
                this.#post(frame.seq, frame.body, socket)
                break
            case "message_history":
                this.#history(frame.seq, frame.body, socket)
                break
            case "alert_list":
                socket.push("alert_page", frame.seq, {
                    alerts: [...this.alerts.values()], notices: [...this.notices.values()],
                })
                break
            case "room_resume": {
                const room = this.#room(frame.body.roomId)
                const resume = this.#resume(room, frame.body.seq, true)
                socket.push("room_resumed", frame.seq, { room: this.#view(room), resume })
                this.#backlog(room, resume, socket)
                break
            }
            default:
                socket.push("done", frame.seq, {})
        }
    }

    #hello(seq: number, hello: Bodies["hello"], socket: PeerSocket): void {
        socket.isGreeted = true
        const isSameEpoch = hello.epoch === this.epoch
        const resumes = [...this.rooms.values()].map((room) => {
            const cursor = hello.cursors.find((c) => c.roomId === room.view.roomId)
            return this.#resume(room, cursor?.seq ?? 0, isSameEpoch || hello.epoch === 0)
        })
        socket.push("welcome", seq, {
            accountId: this.accountId, displayName: "我", level: VerificationLevel.v1, grants: [],
            serverTime: this.#clock.now(), minBuild: 0, epoch: this.epoch,
            rooms: [...this.rooms.values()].map((room) => this.#view(room)),
            resumes, revocationSeq: this.revocations.length, pingMs: 25_000,
        })
        const missed = this.revocations.filter((r) => r.revocationSeq > hello.revocationSeq)
        if (missed.length > 0)
            socket.push("revoked", 0, { revocations: missed, headSeq: this.revocations.length })
        for (const resume of resumes) this.#backlog(this.#room(resume.roomId), resume, socket)
    }

    #resume(room: PeerRoom, cursor: number, isSameEpoch: boolean): ResumeView {
        const headSeq = room.messages.length
        const base = { roomId: room.view.roomId, headSeq }
        const reset = (reason: ResumeReason): ResumeView => ({
            ...base, outcome: ResumeOutcome.reset, reason,
            fromSeq: this.sendsAfterReset ? Math.max(1, headSeq - 9) : headSeq + 1,
        })
        if (!isSameEpoch) return reset(ResumeReason.epochChanged)
        if (cursor > headSeq) return reset(ResumeReason.cursorAhead)
        if (cursor === 0 && headSeq > 0) return reset(ResumeReason.newRoom)
        if (headSeq - cursor > this.ringSize)
            return {
                ...base, outcome: ResumeOutcome.partial, reason: ResumeReason.tooFarBehind,
                fromSeq: headSeq - this.ringSize + 1,
            }
        return {
            ...base, outcome: ResumeOutcome.full, reason: ResumeReason.none, fromSeq: cursor + 1,
        }
    }

    #backlog(room: PeerRoom, resume: ResumeView, socket: PeerSocket): void {
        for (let from = resume.fromSeq; from <= resume.headSeq; from += 100)
            socket.push("room_backlog", 0, {
                roomId: room.view.roomId, headSeq: resume.headSeq,
                messages: room.messages.slice(from - 1, Math.min(from + 99, resume.headSeq)),
            })
    }

    #post(seq: number, post: Bodies["message_post"], socket: PeerSocket): void {
        const key = hex(post.clientKey)
        let stored = this.byKey.get(key)
        if (stored === undefined) {
            const message = this.say(post.roomId, post.body, this.accountId, post.clientKey)
            stored = { roomId: post.roomId, seq: message.seq, sentAt: message.sentAt }
            this.byKey.set(key, stored)
        }
        socket.push("message_posted", seq, stored)
    }

    #history(seq: number, ask: Bodies["message_history"], socket: PeerSocket): void {
        const room = this.rooms.get(ask.roomId)
        if (room === undefined) {
            socket.push("error", seq, { code: ErrorCode.notFound })
            return
        }
        const head = room.messages.length
        const limit = Math.min(ask.limit, 100)
        let from = Math.max(1, head - limit + 1)
        if (ask.beforeSeq !== undefined) from = Math.max(1, ask.beforeSeq - limit)
        if (ask.afterSeq !== undefined) from = ask.afterSeq + 1
        if (ask.aroundSeq !== undefined) from = Math.max(1, ask.aroundSeq - (limit >> 1))
        const to = Math.min(head, (ask.beforeSeq ?? head + 1) - 1, from + limit - 1)
        socket.push("message_page", seq, {
            roomId: ask.roomId, messages: room.messages.slice(from - 1, to), firstSeq: 1,
            headSeq: head,
        })
    }
}
