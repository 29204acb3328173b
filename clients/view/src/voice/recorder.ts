/*
 * recorder: one voice message, from the press on the microphone to what can be sent.
 * Knows neither page nor browser: microphone and clock are given to it, the microphone
 * is open only while somebody speaks. Held, it is sent when the finger is lifted; tapped,
 * it is stopped by another tap and heard before it is sent.
 */

import type { Clock, Upload } from "@hall/link"

/** The server takes 60 s. */
export const FULL_MS = 59_800
/** A press that was no word. */
export const SHORT_MS = 800
/** A press of less is a tap. */
export const TAP_MS = 350

export type VoiceTrouble = "refused" | "missing" | "inUse" | "unsupported" | "broken" | "short"

export type VoiceState =
    /** Nothing, or not any more. */
    | { readonly name: "over" }
    /** The browser may be asking the person; late: the finger was lifted meanwhile. */
    | { readonly name: "asking"; readonly how: "held" | "free" | "late" }
    /** Allowed when it was late: nothing is recorded before another press. */
    | { readonly name: "allowed" }
    | { readonly name: "recording"; readonly isHeld: boolean; readonly isLeaving: boolean }
    | { readonly name: "finishing" }
    | { readonly name: "kept"; readonly voice: Upload; readonly why: KeptWhy }
    | { readonly name: "failed"; readonly why: VoiceTrouble }
export type KeptWhy = "stopped" | "full" | "interrupted"

export interface Recording {
    readonly bytes: Uint8Array
    readonly type: string
}

export interface Microphone {
    /** `ended` is called when the device takes it away. */
    start(ended: () => void): void
    stop(): Promise<Recording>
    close(): void
}

/** Why there is no microphone; thrown by what opens one. */
export class MicrophoneError extends Error {
    readonly why: VoiceTrouble

    constructor(why: VoiceTrouble) {
        super(why)
        this.why = why
    }
}

export interface RecorderParts {
    readonly clock: Clock
    readonly open: () => Promise<Microphone>
    readonly changed: (state: VoiceState) => void
    readonly send: (voice: Upload) => void
}

export class Recorder {
    private state_: VoiceState = { name: "over" }
    private microphone_: Microphone | null = null
    private cancelFull_: (() => void) | null = null
    /** Grows with every beginning and end: an answer to an older one is none. */
    private run_ = 0
    private pressedAt_ = 0
    private startedAt_ = 0
    private readonly parts_: RecorderParts

    constructor(parts: RecorderParts) {
        this.parts_ = parts
    }

    /** How long somebody has been speaking. */
    get spokenMs(): number {
        return this.parts_.clock.now() - this.startedAt_
    }

    /** Opens the microphone and records; what was kept before is thrown away. */
    begin(isHeld: boolean): void {
        const run = this.close_()
        this.pressedAt_ = this.parts_.clock.now()
        this.set_({ name: "asking", how: isHeld ? "held" : "free" })
        this.parts_.open().then(
            (microphone) => {
                const state = this.state_
                if (run !== this.run_ || state.name !== "asking") microphone.close()
                else if (state.how === "late") {
                    microphone.close()
                    this.set_({ name: "allowed" })
                } else this.start_(microphone, state.how === "held")
            },
            (error: unknown) => {
                if (run === this.run_) this.fail_(error)
            },
        )
    }

    /** The finger is lifted. */
    release(): void {
        const state = this.state_
        const isTap = this.parts_.clock.now() - this.pressedAt_ < TAP_MS
        if (state.name === "asking" && state.how === "held")
            this.set_({ name: "asking", how: isTap ? "free" : "late" })
        if (state.name !== "recording" || !state.isHeld) return
        if (state.isLeaving) this.cancel()
        else if (isTap) this.set_({ ...state, isHeld: false })
        else void this.finish_("released")
    }

    /** The finger is far from where it was pressed, or back. */
    lean(isLeaving: boolean): void {
        const state = this.state_
        if (state.name === "recording" && state.isHeld && state.isLeaving !== isLeaving)
            this.set_({ ...state, isLeaving })
    }

    /** She has said what she wanted. */
    stop(): void {
        void this.finish_("stopped")
    }

    /** A call, a screen turned off, a finger the system took away: what was said is kept. */
    interrupt(): void {
        const state = this.state_
        if (state.name === "asking" && state.how === "held")
            this.set_({ name: "asking", how: "late" })
        else void this.finish_("interrupted")
    }

    send(): void {
        const state = this.state_
        if (state.name === "kept") this.deliver_(state.voice)
    }

    /** Away with it. */
    cancel(): void {
        this.close_()
        this.set_({ name: "over" })
    }

    private start_(microphone: Microphone, isHeld: boolean): void {
        this.microphone_ = microphone
        try {
            microphone.start(() => this.interrupt())
        } catch (error) {
            this.fail_(error)
            return
        }
        this.startedAt_ = this.parts_.clock.now()
        this.cancelFull_ = this.parts_.clock.after(FULL_MS, () => void this.finish_("full"))
        this.set_({ name: "recording", isHeld, isLeaving: false })
    }

    private async finish_(why: KeptWhy | "released"): Promise<void> {
        const microphone = this.microphone_
        if (this.state_.name !== "recording" || microphone === null) return
        const run = this.run_
        const durationMs = Math.min(this.spokenMs, FULL_MS)
        this.set_({ name: "finishing" })
        try {
            const { bytes, type } = await microphone.stop()
            if (run !== this.run_) return
            if (durationMs < SHORT_MS) throw new MicrophoneError("short")
            if (bytes.length === 0) throw new MicrophoneError("broken")
            this.close_()
            const voice = { bytes, type, width: 0, height: 0, durationMs }
            if (why === "released") this.deliver_(voice)
            else this.set_({ name: "kept", voice, why })
        } catch (error) {
            if (run === this.run_) this.fail_(error)
        }
    }

    private deliver_(voice: Upload): void {
        this.parts_.send(voice)
        this.set_({ name: "over" })
    }

    private fail_(error: unknown): void {
        this.close_()
        this.set_({ name: "failed", why: error instanceof MicrophoneError ? error.why : "broken" })
    }

    private close_(): number {
        this.cancelFull_?.()
        this.cancelFull_ = null
        this.microphone_?.close()
        this.microphone_ = null
        return ++this.run_
    }

    private set_(state: VoiceState): void {
        this.state_ = state
        this.parts_.changed(state)
    }
}
