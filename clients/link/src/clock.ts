/*
 * What the connection takes from its surroundings: time, chance, a socket. Tests
 * give their own; `systemClock` and friends are the browser's.
 */

export interface Clock {
    now(): number
    /** Runs `fn` once after `ms`; the answer cancels it. */
    after(ms: number, fn: () => void): () => void
}

export const systemClock: Clock = {
    now: () => Date.now(),
    after: (ms, fn) => {
        const timer = setTimeout(fn, ms)
        return () => clearTimeout(timer)
    },
}

export interface Chance {
    /** 0 ≤ x < 1 */
    fraction(): number
    bytes(count: number): Uint8Array
}

export const systemChance: Chance = {
    fraction: () => Math.random(),
    bytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
}
