/* A clock that is set, never waited for; and chance that repeats itself. */

import type { Chance, Clock } from "../src/clock.ts"
import type { Environment } from "../src/environment.ts"
import { createSignal } from "../src/signal.ts"

/** Lets promises that are ready run. */
export async function settle(rounds = 6): Promise<void> {
    for (let i = 0; i < rounds; i++) await Promise.resolve()
}

export class FakeClock implements Clock {
    #now = 1_700_000_000_000
    #order = 0
    #timers = new Map<number, { at: number; fn: () => void }>()

    now(): number {
        return this.#now
    }

    after(ms: number, fn: () => void): () => void {
        const id = ++this.#order
        this.#timers.set(id, { at: this.#now + ms, fn })
        return () => this.#timers.delete(id)
    }

    /** Runs everything that is due in the next `ms`, in order, with promises between. */
    async advance(ms: number): Promise<void> {
        const end = this.#now + ms
        await settle()
        for (;;) {
            let next: number | null = null
            let at = Number.POSITIVE_INFINITY
            for (const [id, timer] of this.#timers)
                if (timer.at <= end && timer.at < at) {
                    next = id
                    at = timer.at
                }
            if (next === null) break
            const timer = this.#timers.get(next)
            this.#timers.delete(next)
            this.#now = Math.max(this.#now, at)
            timer?.fn()
            await settle()
        }
        this.#now = end
    }
}

/** xorshift32: the same run for the same seed. */
export class FakeChance implements Chance {
    #state: number

    constructor(seed = 1) {
        this.#state = seed * 2_654_435_761 || 1
    }

    fraction(): number {
        let x = this.#state | 0
        x ^= x << 13
        x ^= x >>> 17
        x ^= x << 5
        this.#state = x
        return (x >>> 0) / 4_294_967_296
    }

    bytes(count: number): Uint8Array {
        return Uint8Array.from({ length: count }, () => Math.floor(this.fraction() * 256))
    }

    below(limit: number): number {
        return Math.floor(this.fraction() * limit)
    }
}

export class FakeEnvironment implements Environment {
    isOnline = true
    isVisible = true
    readonly #wake = createSignal<void>()
    readonly #offline = createSignal<void>()
    readonly #leave = createSignal<void>()

    online(): boolean {
        return this.isOnline
    }
    visible(): boolean {
        return this.isVisible
    }
    onWake(fn: () => void): () => void {
        return this.#wake.on(fn)
    }
    onOffline(fn: () => void): () => void {
        return this.#offline.on(fn)
    }
    onLeave(fn: () => void): () => void {
        return this.#leave.on(fn)
    }
    wake(): void {
        this.#wake.emit()
    }
    goOffline(): void {
        this.isOnline = false
        this.#offline.emit()
    }
    goOnline(): void {
        this.isOnline = true
        this.#wake.emit()
    }
    leave(): void {
        this.#leave.emit()
    }
}
