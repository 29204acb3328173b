/*
 * receipts: delivered, displayed, acknowledged of alerts and notices, and how far
 * rooms were read. Each moves forward only; what the server has not confirmed is kept
 * and said again on the next connection.
 */

import type { AlertReceiptItem, ReceiptStage } from "@hall/wire"
import type { Clock } from "./clock.ts"
import type { Request } from "./rooms.ts"
import type { Storage } from "./storage.ts"

export const RECEIPT_WAIT_MS = 200
export const READ_WAIT_MS = 1000
export const RECEIPTS_MAX = 64

type Key = `a${number}` | `n${number}`

interface Saved {
    readonly stages: readonly (readonly [Key, ReceiptStage])[]
    readonly reads: readonly (readonly [number, number])[]
}

export class Receipts {
    #stages = new Map<Key, ReceiptStage>()
    #reads = new Map<number, number>()
    #storage: Storage | null = null
    readonly #timers = new Map<"stages" | "reads", () => void>()
    #isSending = false
    readonly #clock: Clock
    readonly #request: Request

    constructor(clock: Clock, request: Request) {
        this.#clock = clock
        this.#request = request
    }

    async open(storage: Storage): Promise<void> {
        const saved = (await storage.readAll("meta")).get("receipts") as Saved | undefined
        this.#storage = storage
        for (const [key, stage] of saved?.stages ?? []) this.#raise(key, stage)
        for (const [roomId, seq] of saved?.reads ?? []) this.#raiseRead(roomId, seq)
    }

    close(): void {
        for (const cancel of this.#timers.values()) cancel()
        this.#timers.clear()
        this.#storage = null
        this.#stages.clear()
        this.#reads.clear()
    }

    alert(alertId: number, stage: ReceiptStage): void {
        this.#add(`a${alertId}`, stage)
    }

    notice(noticeId: number, stage: ReceiptStage): void {
        this.#add(`n${noticeId}`, stage)
    }

    read(roomId: number, seq: number): void {
        this.#raiseRead(roomId, seq)
        this.#save()
        this.#later("reads", READ_WAIT_MS, () => this.#sendReads())
    }

    /** Connected: say again what nobody confirmed. */
    connected(): void {
        this.#isSending = false
        this.#sendStages()
        this.#sendReads()
    }

    #add(key: Key, stage: ReceiptStage): void {
        if (!this.#raise(key, stage)) return
        this.#save()
        this.#later("stages", RECEIPT_WAIT_MS, () => this.#sendStages())
    }

    #raise(key: Key, stage: ReceiptStage): boolean {
        if ((this.#stages.get(key) ?? 0) >= stage) return false
        this.#stages.set(key, stage)
        return true
    }

    #raiseRead(roomId: number, seq: number): void {
        this.#reads.set(roomId, Math.max(seq, this.#reads.get(roomId) ?? 0))
    }

    #later(use: "stages" | "reads", ms: number, fn: () => void): void {
        if (this.#timers.has(use)) return
        this.#timers.set(
            use,
            this.#clock.after(ms, () => {
                this.#timers.delete(use)
                fn()
            }),
        )
    }

    #sendStages(): void {
        if (this.#stages.size === 0 || this.#isSending) return
        const batch = [...this.#stages].slice(0, RECEIPTS_MAX)
        const items: AlertReceiptItem[] = batch.map(([key, stage]) => {
            const id = Number(key.slice(1))
            return key.startsWith("a") ? { alertId: id, stage } : { noticeId: id, stage }
        })
        this.#isSending = true
        this.#request("alert_receipts", { items }, (outcome) => {
            this.#isSending = false
            if (!outcome.ok && outcome.error.kind === "lost") return
            /* Refused is an answer too: asking the same again would not change it. */
            for (const [key, stage] of batch)
                if (this.#stages.get(key) === stage) this.#stages.delete(key)
            this.#save()
            this.#sendStages()
        })
    }

    #sendReads(): void {
        for (const [roomId, seq] of this.#reads)
            this.#request("room_read", { roomId, seq }, (outcome) => {
                if (!outcome.ok && outcome.error.kind === "lost") return
                if (this.#reads.get(roomId) === seq) this.#reads.delete(roomId)
                this.#save()
            })
    }

    #save(): void {
        const value: Saved = { stages: [...this.#stages], reads: [...this.#reads] }
        this.#storage
            ?.write([{ table: "meta", key: "receipts", value }])
            .catch(() => undefined)
    }
}
