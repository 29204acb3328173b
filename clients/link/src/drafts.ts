/*
 * What somebody began to write, saved a moment after the last key: the text of a room
 * by its number, a half filled form by its name.
 */

import type { Clock } from "./clock.ts"
import type { Storage } from "./storage.ts"

export const DRAFT_WAIT_MS = 300

export class Drafts {
    private values_ = new Map<string, unknown>()
    private dirty_ = new Set<string>()
    private storage_: Storage | null = null
    private cancel_: (() => void) | null = null
    private waiting_: (() => void)[] = []
    private readonly clock_: Clock

    constructor(clock: Clock) {
        this.clock_ = clock
    }

    async open(storage: Storage): Promise<void> {
        const rows = await storage.readAll("drafts")
        this.storage_ = storage
        this.values_ = new Map([...rows, ...this.values_])
        for (const look of this.waiting_.splice(0)) look()
    }

    /** Calls back when what the device kept is here; at once when it is. */
    whenOpen(look: () => void): void {
        if (this.storage_ === null) this.waiting_.push(look)
        else look()
    }

    close(): void {
        this.flush()
        this.storage_ = null
        this.values_.clear()
    }

    get(roomId: number): string {
        const text = this.values_.get(String(roomId))
        return typeof text === "string" ? text : ""
    }

    set(roomId: number, text: string): void {
        this.put_(String(roomId), text === "" ? undefined : text)
    }

    /** What was filled in of a form: plain data and bytes, or null. */
    form(name: string): unknown {
        return this.values_.get(name) ?? null
    }

    setForm(name: string, form: object | null): void {
        this.put_(name, form ?? undefined)
    }

    private put_(key: string, value: unknown): void {
        if (value === undefined) this.values_.delete(key)
        else this.values_.set(key, value)
        this.dirty_.add(key)
        this.cancel_?.()
        this.cancel_ = this.clock_.after(DRAFT_WAIT_MS, () => this.flush())
    }

    /** Writes now; called when the page may go away. */
    flush(): void {
        this.cancel_?.()
        this.cancel_ = null
        const changes = [...this.dirty_].map((key) => ({
            table: "drafts" as const,
            key,
            value: this.values_.get(key),
        }))
        this.dirty_.clear()
        this.storage_?.write(changes).catch(() => undefined)
    }
}
