/* What somebody began to write, per room, saved a moment after the last key. */

import type { Clock } from "./clock.ts"
import type { Storage } from "./storage.ts"

export const DRAFT_WAIT_MS = 300

export class Drafts {
    private texts_ = new Map<string, string>()
    private dirty_ = new Set<string>()
    private storage_: Storage | null = null
    private cancel_: (() => void) | null = null
    private readonly clock_: Clock

    constructor(clock: Clock) {
        this.clock_ = clock
    }

    async open(storage: Storage): Promise<void> {
        const rows = await storage.readAll("drafts")
        this.storage_ = storage
        this.texts_ = new Map([...rows].map(([key, value]) => [key, String(value)]))
    }

    close(): void {
        this.flush()
        this.storage_ = null
        this.texts_.clear()
    }

    get(roomId: number): string {
        return this.texts_.get(String(roomId)) ?? ""
    }

    set(roomId: number, text: string): void {
        const key = String(roomId)
        if (text === "") this.texts_.delete(key)
        else this.texts_.set(key, text)
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
            value: this.texts_.get(key),
        }))
        this.dirty_.clear()
        this.storage_?.write(changes).catch(() => undefined)
    }
}
