/*
 * connection: one WebSocket after the other, kept alive.
 * A state machine: idle → connecting → open → live, beside them waiting, offline,
 * refused. It knows hello, ping and requests; what events mean is its owner's matter.
 * All callbacks run synchronously from the socket's or the clock's.
 */

import { decodeFrame, encodeFrame, ErrorCode } from "@hall/wire"
import type { Closing, Frame, Hello, Pong, Welcome } from "@hall/wire"
import { backoffMs } from "./backoff.ts"
import type { Chance, Clock } from "./clock.ts"
import type { Environment } from "./environment.ts"
import { refusedBy, refusedByCode, RefusedReason } from "./link_state.ts"
import type { LinkState } from "./link_state.ts"
import { LOST } from "./replies.ts"
import type { Body, LinkError, Outcome, ReplyOf, RequestName } from "./replies.ts"
import type { OpenSocket, Socket } from "./socket.ts"

export const PING_MS = 25_000
export const PONG_WAIT_MS = 10_000
export const WAKE_PONG_WAIT_MS = 3_000
export const GREETING_WAIT_MS = 12_000
export const REQUEST_WAIT_MS = 15_000
/** A connection that lived this long was a good one: the next wait is short again. */
export const SETTLED_MS = 10_000

export interface ConnectionOwner {
    /** What to say first; called once per connection, when the socket is open. */
    hello(): Hello
    welcomed(welcome: Welcome): void
    event(frame: Frame): void
    ponged(pong: Pong): void
    pingRooms(): number[]
    stateChanged(state: LinkState): void
    /** The connection is gone; every open request has already ended as lost. */
    lost(): void
    closing(closing: Closing): void
}

export interface ConnectionParts {
    readonly openSocket: OpenSocket
    readonly clock: Clock
    readonly chance: Chance
    readonly environment: Environment
}

interface OpenRequest {
    readonly done: (outcome: Outcome<unknown>) => void
    readonly cancelTimeout: () => void
}

function errorOf(body: Body<"error">): LinkError {
    return {
        kind: "refused",
        code: body.code,
        ...(body.field === undefined ? {} : { field: body.field }),
        ...(body.detail === undefined ? {} : { detail: body.detail }),
        ...(body.retryAfterMs === undefined ? {} : { retryAfterMs: body.retryAfterMs }),
    }
}

export class Connection {
    #state: LinkState = { name: "idle" }
    #socket: Socket | null = null
    #welcomed = false
    #seq = 0
    #attempt = 0
    #serverWaitMs: number | undefined
    #pingMs = PING_MS
    #pinging = false
    readonly #requests = new Map<number, OpenRequest>()
    /** Every running timer by its use: setting one cancels the one before. */
    readonly #timers = new Map<"retry" | "greeting" | "ping" | "settled", () => void>()
    readonly #parts: ConnectionParts
    readonly #owner: ConnectionOwner
    #unwatch: (() => void) | null = null

    constructor(parts: ConnectionParts, owner: ConnectionOwner) {
        this.#parts = parts
        this.#owner = owner
    }

    get state(): LinkState {
        return this.#state
    }

    /** Whether requests can be sent now. */
    get ready(): boolean {
        return this.#welcomed
    }

    start(): void {
        if (this.#unwatch !== null) return
        const environment = this.#parts.environment
        const offWake = environment.onWake(() => this.wake())
        const offOffline = environment.onOffline(() => this.#onOffline())
        this.#unwatch = () => {
            offWake()
            offOffline()
        }
        this.#connect()
    }

    stop(): void {
        this.#unwatch?.()
        this.#unwatch = null
        this.#drop()
        this.#setState({ name: "idle" })
    }

    /** Somebody looks, or the network is back: make sure at once. */
    wake(): void {
        switch (this.#state.name) {
            case "waiting":
            case "offline":
                this.#connect()
                break
            case "open":
            case "live":
                this.#ping(WAKE_PONG_WAIT_MS)
                break
            default:
        }
    }

    /** Ends the connection and tries again at once, with a new hello. */
    restart(): void {
        if (this.#state.name === "idle" || this.#state.name === "refused") return
        this.#drop()
        this.#connect()
    }

    /** After logging in again, or "使用这里" on a replaced page. */
    resumeAfterRefusal(): void {
        if (this.#state.name !== "refused") return
        this.#attempt = 0
        this.#connect()
    }

    /** The owner has applied everything that hello asked for. */
    becomeLive(): void {
        if (this.#state.name !== "open") return
        this.#setState({ name: "live" })
        this.#setTimer("settled", SETTLED_MS, () => {
            this.#attempt = 0
        })
    }

    refuse(reason: RefusedReason): void {
        this.#drop()
        this.#setState({ name: "refused", reason })
    }

    /** Sends and calls `done` exactly once; without a connection at once with `lost`. */
    request<K extends RequestName>(
        name: K,
        body: Body<K>,
        done: (outcome: Outcome<ReplyOf<K>>) => void,
        waitMs: number = REQUEST_WAIT_MS,
    ): void {
        if (this.#socket === null || (!this.#welcomed && name !== "hello")) {
            done({ ok: false, error: LOST })
            return
        }
        this.#seq = this.#seq >= 0xffff_fffe ? 1 : this.#seq + 1
        const seq = this.#seq
        const cancelTimeout = this.#parts.clock.after(waitMs, () => {
            if (this.#requests.delete(seq)) done({ ok: false, error: LOST })
        })
        this.#requests.set(seq, {
            done: done as (outcome: Outcome<unknown>) => void,
            cancelTimeout,
        })
        this.#socket.send(encodeFrame(name, seq, body))
    }

    #setState(state: LinkState): void {
        this.#state = state
        this.#owner.stateChanged(state)
    }

    #setTimer(use: "retry" | "greeting" | "ping" | "settled", ms: number, fn: () => void): void {
        this.#timers.get(use)?.()
        this.#timers.set(use, this.#parts.clock.after(ms, fn))
    }

    #connect(): void {
        this.#drop()
        this.#setState({ name: "connecting" })
        this.#setTimer("greeting", GREETING_WAIT_MS, () => this.#fail())
        this.#socket = this.#parts.openSocket({
            opened: () => this.#onOpened(),
            frame: (bytes) => this.#onFrame(bytes),
            closed: (code) => this.#onClosed(code),
        })
    }

    #onOpened(): void {
        this.#setState({ name: "open" })
        this.request("hello", this.#owner.hello(), (outcome) => {
            if (outcome.ok) this.#onWelcome(outcome.body)
            else if (outcome.error.kind === "refused") this.#onHelloRefused(outcome.error.code)
        })
    }

    #onWelcome(welcome: Welcome): void {
        this.#timers.get("greeting")?.()
        this.#welcomed = true
        this.#serverWaitMs = undefined
        this.#pingMs = Math.min(PING_MS, welcome.pingMs > 0 ? welcome.pingMs : PING_MS)
        this.#schedulePing()
        this.#owner.welcomed(welcome)
    }

    #onHelloRefused(code: ErrorCode): void {
        if (code === ErrorCode.unauthenticated) this.refuse(RefusedReason.unauthenticated)
        else if (code === ErrorCode.unsupportedVersion)
            this.refuse(RefusedReason.unsupportedVersion)
        else this.#fail()
    }

    #onFrame(bytes: Uint8Array): void {
        let frame: Frame
        try {
            frame = decodeFrame(bytes)
        } catch {
            /* A newer server may say things we do not know: they carry no answer of ours. */
            return
        }
        if (frame.seq !== 0) {
            this.#onReply(frame)
            return
        }
        if (frame.name === "closing") this.#onClosing(frame.body)
        else this.#owner.event(frame)
    }

    #onReply(frame: Frame): void {
        const open = this.#requests.get(frame.seq)
        if (open === undefined) return
        this.#requests.delete(frame.seq)
        open.cancelTimeout()
        open.done(
            frame.name === "error"
                ? { ok: false, error: errorOf(frame.body) }
                : { ok: true, body: frame.body },
        )
    }

    #onClosing(closing: Closing): void {
        this.#serverWaitMs = closing.retryAfterMs
        this.#owner.closing(closing)
        const refused = refusedBy(closing.reason)
        if (refused !== null) this.refuse(refused)
    }

    #onClosed(code: number): void {
        const refused = refusedByCode(code)
        if (refused !== null) this.refuse(refused)
        else this.#fail()
    }

    #onOffline(): void {
        if (this.#state.name === "refused" || this.#state.name === "idle") return
        this.#drop()
        this.#setState({ name: "offline" })
        this.#retryIn(backoffMs(6, this.#parts.chance.fraction()))
    }

    /** The connection is of no more use: wait, then try again. */
    #fail(): void {
        this.#drop()
        const waitMs = backoffMs(
            this.#attempt,
            this.#parts.chance.fraction(),
            this.#serverWaitMs,
        )
        this.#serverWaitMs = undefined
        this.#attempt += 1
        if (this.#parts.environment.online())
            this.#setState({
                name: "waiting",
                attempt: this.#attempt,
                until: this.#parts.clock.now() + waitMs,
            })
        else this.#setState({ name: "offline" })
        this.#retryIn(waitMs)
    }

    #retryIn(waitMs: number): void {
        this.#setTimer("retry", waitMs, () => this.#connect())
    }

    #schedulePing(): void {
        this.#setTimer("ping", this.#pingMs, () => this.#ping(PONG_WAIT_MS))
    }

    #ping(waitMs: number): void {
        if (!this.#welcomed || (this.#pinging && waitMs === PONG_WAIT_MS)) return
        this.#pinging = true
        const socket = this.#socket
        const rooms = this.#owner.pingRooms()
        this.request("ping", { rooms }, (outcome) => this.#onPong(socket, outcome), waitMs)
    }

    #onPong(socket: Socket | null, outcome: Outcome<Pong>): void {
        if (socket !== this.#socket || this.#socket === null) return
        this.#pinging = false
        if (outcome.ok) {
            this.#schedulePing()
            this.#owner.ponged(outcome.body)
        } else if (outcome.error.kind === "lost") {
            /* Silence on a line somebody is looking at: no waiting for the first retry. */
            this.#drop()
            if (this.#attempt === 0) {
                this.#attempt = 1
                this.#connect()
            } else this.#fail()
        } else this.#schedulePing()
    }

    /** Lets go of socket, timers and requests; the owner learns of a lost connection. */
    #drop(): void {
        const socket = this.#socket
        const wasWelcomed = this.#welcomed
        this.#socket = null
        this.#welcomed = false
        this.#pinging = false
        for (const cancel of this.#timers.values()) cancel()
        this.#timers.clear()
        socket?.close()
        const requests = [...this.#requests.values()]
        this.#requests.clear()
        for (const request of requests) {
            request.cancelTimeout()
            request.done({ ok: false, error: LOST })
        }
        if (wasWelcomed) this.#owner.lost()
    }
}
