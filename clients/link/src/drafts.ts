/* What somebody began to write, per room, saved a moment after the last key. */

import type { Clock } from "./clock.ts"
import type { Storage } from "./storage.ts"

export const DRAFT_WAIT_MS = 300

export class Drafts {
    #texts = new Map<string, string>()
    #dirty = new Set<string>()
    #storage: Storage | null = null
    #cancel: (() => void) | null = null
    readonly #clock: Clock

    constructor(clock: Clock) {
        this.#clock = clock
    }

    async open(storage: Storage): Promise<void> {
        const rows = await storage.readAll("drafts")
        this.#storage = storage
        this.#texts = new Map([...rows].map(([key, value]) => [key, String(value)]))
    }

    close(): void {
        this.flush()
        this.#storage = null
        this.#texts.clear()
    }

    get(roomId: number): string {
        return this.#texts.get(String(roomId)) ?? ""
    }

    set(roomId: number, text: string): void {
        const key = String(roomId)
        if (text === "") this.#texts.delete(key)
        else this.#texts.set(key, text)
        this.#dirty.add(key)
        this.#cancel?.()
        this.#cancel = this.#clock.after(DRAFT_WAIT_MS, () => this.flush())
    }

    /** Writes now; called when the page may go away. */
    flush(): void {
        this.#cancel?.()
        this.#cancel = null
        const changes = [...this.#dirty].map((key) => ({
            table: "drafts" as const,
            key,
            value: this.#texts.get(key),
        }))
        this.#dirty.clear()
        this.#storage?.write(changes).catch(() => undefined)
    }
}
