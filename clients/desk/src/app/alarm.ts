/*
 * alarm: the sound of what nobody has acknowledged yet.
 * Rings at once and every ten seconds until nothing is left; it can be put off for a
 * minute, never switched off. Something new rings through that minute.
 */

import type { Clock } from "@hall/link"

export const RING_EVERY_MS = 10_000
export const MUTE_MS = 60_000

export class Alarm {
    private readonly clock_: Clock
    private readonly ring_: () => void
    private waiting_: ReadonlySet<string> = new Set()
    private mutedUntil_ = 0
    private cancel_: (() => void) | null = null

    constructor(clock: Clock, ring: () => void) {
        this.clock_ = clock
        this.ring_ = ring
    }

    /** Until when it is put off; 0: it is not. */
    get mutedUntil(): number {
        return this.mutedUntil_ > this.clock_.now() ? this.mutedUntil_ : 0
    }

    /** What waits for somebody now. */
    waitsFor(keys: readonly string[]): void {
        const hasNew = keys.some((key) => !this.waiting_.has(key))
        this.waiting_ = new Set(keys)
        if (keys.length === 0) {
            this.stop_()
            this.mutedUntil_ = 0
        } else if (hasNew) {
            this.mutedUntil_ = 0
            this.stop_()
            this.round_()
        }
    }

    mute(): void {
        this.mutedUntil_ = this.clock_.now() + MUTE_MS
        this.stop_()
        if (this.waiting_.size > 0) this.cancel_ = this.clock_.after(MUTE_MS, () => this.round_())
    }

    private round_(): void {
        this.ring_()
        this.cancel_ = this.clock_.after(RING_EVERY_MS, () => this.round_())
    }

    private stop_(): void {
        this.cancel_?.()
        this.cancel_ = null
    }
}
