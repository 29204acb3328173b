/*
 * connection: one WebSocket after the other, kept alive.
 * A state machine: idle → connecting → open → live, beside them waiting, offline,
 * refused. It knows hello, ping and requests; what events mean is its owner's matter.
 * All callbacks run synchronously from the socket's or the clock's.
 */

import {
    decodeFrame, encodeFrame, ErrorCode, knowsAll, knowsRequest, learnAll, WireError,
} from "@hall/wire"
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
    private state_: LinkState = { name: "idle" }
    private socket_: Socket | null = null
    private welcomed_ = false
    private seq_ = 0
    private attempt_ = 0
    private serverWaitMs_: number | undefined
    private pingMs_ = PING_MS
    private pinging_ = false
    private readonly requests_ = new Map<number, OpenRequest>()
    /** Every running timer by its use: setting one cancels the one before. */
    private readonly timers_ = new Map<"retry" | "greeting" | "ping" | "settled", () => void>()
    private readonly parts_: ConnectionParts
    private readonly owner_: ConnectionOwner
    private unwatch_: (() => void) | null = null

    constructor(parts: ConnectionParts, owner: ConnectionOwner) {
        this.parts_ = parts
        this.owner_ = owner
    }

    get state(): LinkState {
        return this.state_
    }

    /** Whether requests can be sent now. */
    get ready(): boolean {
        return this.welcomed_
    }

    start(): void {
        if (this.unwatch_ !== null) return
        const environment = this.parts_.environment
        const offWake = environment.onWake(() => this.wake())
        const offOffline = environment.onOffline(() => this.onOffline_())
        this.unwatch_ = () => {
            offWake()
            offOffline()
        }
        this.connect_()
    }

    stop(): void {
        this.unwatch_?.()
        this.unwatch_ = null
        this.drop_()
        this.setState_({ name: "idle" })
    }

    /** Somebody looks, or the network is back: make sure at once. */
    wake(): void {
        switch (this.state_.name) {
            case "waiting":
            case "offline":
                this.connect_()
                break
            case "open":
            case "live":
                this.ping_(WAKE_PONG_WAIT_MS)
                break
            default:
        }
    }

    /** Ends the connection and tries again at once, with a new hello. */
    restart(): void {
        if (this.state_.name === "idle" || this.state_.name === "refused") return
        this.drop_()
        this.connect_()
    }

    /** After logging in again, or "使用这里" on a replaced page. */
    resumeAfterRefusal(): void {
        if (this.state_.name !== "refused") return
        this.attempt_ = 0
        this.connect_()
    }

    /** The owner has applied everything that hello asked for. */
    becomeLive(): void {
        if (this.state_.name !== "open") return
        this.setState_({ name: "live" })
        this.setTimer_("settled", SETTLED_MS, () => {
            this.attempt_ = 0
        })
    }

    refuse(reason: RefusedReason): void {
        this.drop_()
        this.setState_({ name: "refused", reason })
    }

    /** Sends and calls `done` exactly once; without a connection at once with `lost`. */
    request<K extends RequestName>(
        name: K,
        body: Body<K>,
        done: (outcome: Outcome<ReplyOf<K>>) => void,
        waitMs: number = REQUEST_WAIT_MS,
    ): void {
        if (this.socket_ === null || (!this.welcomed_ && name !== "hello")) {
            done({ ok: false, error: LOST })
            return
        }
        if (!knowsRequest(name)) {
            learnAll().then(
                () => this.request(name, body, done, waitMs),
                () => done({ ok: false, error: LOST }),
            )
            return
        }
        this.seq_ = this.seq_ >= 0xffff_fffe ? 1 : this.seq_ + 1
        const seq = this.seq_
        const cancelTimeout = this.parts_.clock.after(waitMs, () => {
            if (this.requests_.delete(seq)) done({ ok: false, error: LOST })
        })
        this.requests_.set(seq, {
            done: done as (outcome: Outcome<unknown>) => void,
            cancelTimeout,
        })
        this.socket_.send(encodeFrame(name, seq, body))
    }

    private setState_(state: LinkState): void {
        this.state_ = state
        this.owner_.stateChanged(state)
    }

    private setTimer_(use: "retry" | "greeting" | "ping" | "settled", ms: number, fn: () => void): void {
        this.timers_.get(use)?.()
        this.timers_.set(use, this.parts_.clock.after(ms, fn))
    }

    private connect_(): void {
        this.drop_()
        this.setState_({ name: "connecting" })
        this.setTimer_("greeting", GREETING_WAIT_MS, () => this.fail_())
        this.socket_ = this.parts_.openSocket({
            opened: () => this.onOpened_(),
            frame: (bytes) => this.onFrame_(bytes),
            closed: (code) => this.onClosed_(code),
        })
    }

    private onOpened_(): void {
        this.setState_({ name: "open" })
        this.request("hello", this.owner_.hello(), (outcome) => {
            if (outcome.ok) this.onWelcome_(outcome.body)
            else if (outcome.error.kind === "refused") this.onHelloRefused_(outcome.error.code)
        })
    }

    private onWelcome_(welcome: Welcome): void {
        this.timers_.get("greeting")?.()
        this.welcomed_ = true
        this.serverWaitMs_ = undefined
        this.pingMs_ = Math.min(PING_MS, welcome.pingMs > 0 ? welcome.pingMs : PING_MS)
        this.schedulePing_()
        this.owner_.welcomed(welcome)
    }

    private onHelloRefused_(code: ErrorCode): void {
        if (code === ErrorCode.unauthenticated) this.refuse(RefusedReason.unauthenticated)
        else if (code === ErrorCode.unsupportedVersion)
            this.refuse(RefusedReason.unsupportedVersion)
        else this.fail_()
    }

    private onFrame_(bytes: Uint8Array): void {
        let frame: Frame
        try {
            frame = decodeFrame(bytes)
        } catch (error) {
            this.onStrange_(bytes, error)
            return
        }
        if (frame.seq !== 0) {
            this.onReply_(frame)
            return
        }
        if (frame.name === "closing") this.onClosing_(frame.body)
        else this.owner_.event(frame)
    }

    /**
     * What this page has not learned to read yet is read when it has. What nobody here
     * knows comes from a newer server and carries no answer of ours.
     */
    private onStrange_(bytes: Uint8Array, error: unknown): void {
        const socket = this.socket_
        const isUnknown = error instanceof WireError && error.reason === "unknown_operation"
        if (!isUnknown || knowsAll()) return
        learnAll().then(
            () => {
                if (socket === this.socket_) this.onFrame_(bytes)
            },
            () => undefined,
        )
    }

    private onReply_(frame: Frame): void {
        const open = this.requests_.get(frame.seq)
        if (open === undefined) return
        this.requests_.delete(frame.seq)
        open.cancelTimeout()
        open.done(
            frame.name === "error"
                ? { ok: false, error: errorOf(frame.body) }
                : { ok: true, body: frame.body },
        )
    }

    private onClosing_(closing: Closing): void {
        this.serverWaitMs_ = closing.retryAfterMs
        this.owner_.closing(closing)
        const refused = refusedBy(closing.reason)
        if (refused !== null) this.refuse(refused)
    }

    private onClosed_(code: number): void {
        const refused = refusedByCode(code)
        if (refused !== null) this.refuse(refused)
        else this.fail_()
    }

    private onOffline_(): void {
        if (this.state_.name === "refused" || this.state_.name === "idle") return
        this.drop_()
        this.setState_({ name: "offline" })
        this.retryIn_(backoffMs(6, this.parts_.chance.fraction()))
    }

    /** The connection is of no more use: wait, then try again. */
    private fail_(): void {
        this.drop_()
        const waitMs = backoffMs(
            this.attempt_,
            this.parts_.chance.fraction(),
            this.serverWaitMs_,
        )
        this.serverWaitMs_ = undefined
        this.attempt_ += 1
        if (this.parts_.environment.online())
            this.setState_({
                name: "waiting",
                attempt: this.attempt_,
                until: this.parts_.clock.now() + waitMs,
            })
        else this.setState_({ name: "offline" })
        this.retryIn_(waitMs)
    }

    private retryIn_(waitMs: number): void {
        this.setTimer_("retry", waitMs, () => this.connect_())
    }

    private schedulePing_(): void {
        this.setTimer_("ping", this.pingMs_, () => this.ping_(PONG_WAIT_MS))
    }

    private ping_(waitMs: number): void {
        if (!this.welcomed_ || (this.pinging_ && waitMs === PONG_WAIT_MS)) return
        this.pinging_ = true
        const socket = this.socket_
        const rooms = this.owner_.pingRooms()
        this.request("ping", { rooms }, (outcome) => this.onPong_(socket, outcome), waitMs)
    }

    private onPong_(socket: Socket | null, outcome: Outcome<Pong>): void {
        if (socket !== this.socket_ || this.socket_ === null) return
        this.pinging_ = false
        if (outcome.ok) {
            this.schedulePing_()
            this.owner_.ponged(outcome.body)
        } else if (outcome.error.kind === "lost") {
            /* Silence on a line somebody is looking at: no waiting for the first retry. */
            this.drop_()
            if (this.attempt_ === 0) {
                this.attempt_ = 1
                this.connect_()
            } else this.fail_()
        } else this.schedulePing_()
    }

    /** Lets go of socket, timers and requests; the owner learns of a lost connection. */
    private drop_(): void {
        const socket = this.socket_
        const wasWelcomed = this.welcomed_
        this.socket_ = null
        this.welcomed_ = false
        this.pinging_ = false
        for (const cancel of this.timers_.values()) cancel()
        this.timers_.clear()
        socket?.close()
        const requests = [...this.requests_.values()]
        this.requests_.clear()
        for (const request of requests) {
            request.cancelTimeout()
            request.done({ ok: false, error: LOST })
        }
        if (wasWelcomed) this.owner_.lost()
    }
}
