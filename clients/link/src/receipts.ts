/*
 * receipts: delivered, displayed, acknowledged of alerts and notices, and how far
 * rooms were read. Each moves forward only; what the server has not confirmed is kept
 * and said again on the next connection.
 */

import { ReceiptStage } from "@hall/wire"
import type { AlertReceiptItem } from "@hall/wire"
import type { Alerts } from "./alerts.ts"
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
    private stages_ = new Map<Key, ReceiptStage>()
    private reads_ = new Map<number, number>()
    private storage_: Storage | null = null
    private readonly timers_ = new Map<"stages" | "reads", () => void>()
    private isSending_ = false
    private readonly clock_: Clock
    private readonly request_: Request

    constructor(clock: Clock, request: Request) {
        this.clock_ = clock
        this.request_ = request
    }

    async open(storage: Storage): Promise<void> {
        const saved = (await storage.readAll("meta")).get("receipts") as Saved | undefined
        this.storage_ = storage
        for (const [key, stage] of saved?.stages ?? []) this.raise_(key, stage)
        for (const [roomId, seq] of saved?.reads ?? []) this.raiseRead_(roomId, seq)
    }

    close(): void {
        for (const cancel of this.timers_.values()) cancel()
        this.timers_.clear()
        this.storage_ = null
        this.stages_.clear()
        this.reads_.clear()
    }

    alert(alertId: number, stage: ReceiptStage): void {
        this.add_(`a${alertId}`, stage)
    }

    notice(noticeId: number, stage: ReceiptStage): void {
        this.add_(`n${noticeId}`, stage)
    }

    /** Marks what this person has done here and the server does not know yet. */
    markOn(alerts: Alerts): void {
        for (const [key, stage] of this.stages_)
            if (key.startsWith("a")) alerts.markAlert(Number(key.slice(1)), stage)
            else alerts.markNotice(Number(key.slice(1)), stage)
    }

    read(roomId: number, seq: number): void {
        this.raiseRead_(roomId, seq)
        this.save_()
        this.later_("reads", READ_WAIT_MS, () => this.sendReads_())
    }

    /** Connected: say again what nobody confirmed. */
    connected(): void {
        this.isSending_ = false
        this.sendStages_()
        this.sendReads_()
    }

    /** The page may be gone right after: nothing waits for company. */
    leaving(): void {
        this.sendNow_("stages", () => this.sendStages_())
        this.sendNow_("reads", () => this.sendReads_())
    }

    private add_(key: Key, stage: ReceiptStage): void {
        if (!this.raise_(key, stage)) return
        this.save_()
        /* Somebody pressed "known" and may close the page in the same breath. */
        if (stage === ReceiptStage.acknowledged) this.sendStages_()
        else this.later_("stages", RECEIPT_WAIT_MS, () => this.sendStages_())
    }

    private raise_(key: Key, stage: ReceiptStage): boolean {
        if ((this.stages_.get(key) ?? 0) >= stage) return false
        this.stages_.set(key, stage)
        return true
    }

    private raiseRead_(roomId: number, seq: number): void {
        this.reads_.set(roomId, Math.max(seq, this.reads_.get(roomId) ?? 0))
    }

    private later_(use: "stages" | "reads", ms: number, fn: () => void): void {
        if (this.timers_.has(use)) return
        this.timers_.set(
            use,
            this.clock_.after(ms, () => {
                this.timers_.delete(use)
                fn()
            }),
        )
    }

    private sendNow_(use: "stages" | "reads", send: () => void): void {
        const cancel = this.timers_.get(use)
        if (cancel === undefined) return
        cancel()
        this.timers_.delete(use)
        send()
    }

    private sendStages_(): void {
        if (this.stages_.size === 0 || this.isSending_) return
        const batch = [...this.stages_].slice(0, RECEIPTS_MAX)
        const items: AlertReceiptItem[] = batch.map(([key, stage]) => {
            const id = Number(key.slice(1))
            return key.startsWith("a") ? { alertId: id, stage } : { noticeId: id, stage }
        })
        this.isSending_ = true
        this.request_("alert_receipts", { items }, (outcome) => {
            this.isSending_ = false
            if (!outcome.ok && outcome.error.kind === "lost") return
            /* Refused is an answer too: asking the same again would not change it. */
            for (const [key, stage] of batch)
                if (this.stages_.get(key) === stage) this.stages_.delete(key)
            this.save_()
            this.sendStages_()
        })
    }

    private sendReads_(): void {
        for (const [roomId, seq] of this.reads_)
            this.request_("room_read", { roomId, seq }, (outcome) => {
                if (!outcome.ok && outcome.error.kind === "lost") return
                if (this.reads_.get(roomId) === seq) this.reads_.delete(roomId)
                this.save_()
            })
    }

    private save_(): void {
        const value: Saved = { stages: [...this.stages_], reads: [...this.reads_] }
        this.storage_
            ?.write([{ table: "meta", key: "receipts", value }])
            .catch(() => undefined)
    }
}
