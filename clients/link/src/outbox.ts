/*
 * outbox: everything a person does, kept on the device until the server has answered.
 * Written first, then sent; one at a time per lane, so that the order is kept; asked
 * again with the same key until there is an answer. Only one page of a person sends
 * (`setLeading`); the others show the same entries.
 */

import { backoffMs } from "./backoff.ts"
import { hex } from "./bytes.ts"
import type { Chance, Clock } from "./clock.ts"
import {
    isAsWanted, isPassing, isReady, isWritten, laneOf, OUTBOX_CLASSES, OUTBOX_KEEP_MS, withMedia,
} from "./outbox_entry.ts"
import type { OutboxAction, OutboxEntry, Upload } from "./outbox_entry.ts"
import type { LinkError, Outcome } from "./replies.ts"
import type { Storage } from "./storage.ts"

export type SendAction = (action: OutboxAction, done: (outcome: Outcome<unknown>) => void) => void

export interface UploadJob {
    readonly upload: Upload
    readonly key: string
    readonly onProgress: (part: number) => void
}
export type SendUpload = (
    job: UploadJob,
    done: (outcome: Outcome<NonNullable<Upload["media"]>>) => void,
) => () => void

export interface OutboxParts {
    readonly clock: Clock
    readonly chance: Chance
    readonly send: SendAction
    readonly upload: SendUpload
    readonly isConnected: () => boolean
    /** Anything about the entries changed. */
    readonly changed: () => void
    /** An entry was stored or removed: other pages of the person should look. */
    readonly storedChanged: () => void
    readonly answered: (entry: OutboxEntry, outcome: Outcome<unknown>) => void
}

export class Outbox {
    private entries_: OutboxEntry[] = []
    private storage_: Storage | null = null
    private leading_ = false
    private lastOrder_ = 0
    private attempts_ = 0
    private cancelRetry_: (() => void) | null = null
    private uploading_: { readonly key: string; readonly cancel: () => void } | null = null
    /** Written or being written here: others may not have seen them yet. */
    private readonly unsaved_ = new Set<string>()
    private readonly parts_: OutboxParts

    constructor(parts: OutboxParts) {
        this.parts_ = parts
    }

    get entries(): readonly OutboxEntry[] {
        return this.entries_
    }

    /** Takes up what an earlier page left; what was done meanwhile is kept there too. */
    async open(storage: Storage): Promise<void> {
        this.storage_ = storage
        await Promise.all(this.entries_.map((entry) => this.save_(entry)))
        await this.reload()
    }

    close(): void {
        this.cancelRetry_?.()
        this.cancelRetry_ = null
        this.uploading_?.cancel()
        this.uploading_ = null
        this.storage_ = null
        this.leading_ = false
        this.entries_ = []
    }

    /** Looks again at the device: another page of the same person wrote or sent. */
    async reload(): Promise<void> {
        const storage = this.storage_
        if (storage === null) return
        const rows = await storage.readAll("outbox")
        if (storage !== this.storage_) return
        const mine = new Map(this.entries_.map((entry) => [entry.key, entry]))
        const next = [...rows.values()].map((row) => {
            const saved = row as OutboxEntry
            const known = mine.get(saved.key)
            return known !== undefined && known.state !== "refused" ? known : saved
        })
        const stored = new Set(next.map((entry) => entry.key))
        for (const entry of this.entries_)
            if (!stored.has(entry.key) && (this.unsaved_.has(entry.key) || entry.state === "sent"))
                next.push(entry)
        this.entries_ = next.sort((a, b) => a.order - b.order)
        this.lastOrder_ = Math.max(this.lastOrder_, ...this.entries_.map((e) => e.order))
        this.parts_.changed()
        this.pump()
    }

    setLeading(leading: boolean): void {
        this.leading_ = leading
        if (leading) this.pump()
    }

    /** Keeps it, shows it, and sends it as soon as it is kept and its turn has come. */
    add(make: (clientKey: Uint8Array) => OutboxAction, uploads: readonly Upload[] = []): OutboxEntry {
        const clientKey = this.parts_.chance.bytes(16)
        const now = this.parts_.clock.now()
        this.lastOrder_ = Math.max(this.lastOrder_ + 1, now * 1000)
        const entry: OutboxEntry = {
            key: hex(clientKey),
            order: this.lastOrder_,
            action: make(clientKey),
            uploads,
            createdAt: now,
            state: "queued",
        }
        this.entries_ = [...this.entries_, entry]
        this.unsaved_.add(entry.key)
        this.parts_.changed()
        void this.save_(entry).then(() => {
            this.unsaved_.delete(entry.key)
            this.pump()
        })
        return entry
    }

    /** The person asks again for something that was refused. */
    retry(key: string): void {
        const entry = this.find_(key)
        if (entry === undefined || entry.state !== "refused") return
        const { refusal: _refusal, ...rest } = entry
        void this.save_(this.put_({ ...rest, state: "queued", createdAt: this.parts_.clock.now() }))
        this.pump()
    }

    /** Forgets what was not sent. What is on its way cannot be called back here. */
    discard(key: string): boolean {
        const entry = this.find_(key)
        if (entry === undefined || entry.state === "sending" || entry.state === "sent") return false
        if (this.uploading_?.key === key) {
            this.uploading_.cancel()
            this.uploading_ = null
        }
        this.remove_(key)
        this.pump()
        return true
    }

    /** The room shows it: whatever its answer says, it is there. */
    settle(key: string): void {
        if (this.find_(key) === undefined) return
        this.remove_(key)
        this.pump()
    }

    /** The connection is gone: what was on its way has to be asked again. */
    connectionLost(): void {
        this.cancelRetry_?.()
        this.cancelRetry_ = null
        let changed = false
        this.entries_ = this.entries_.map((entry) => {
            if (entry.state !== "sending") return entry
            changed = true
            return { ...entry, state: "queued" }
        })
        if (changed) this.parts_.changed()
    }

    /** Sends everything whose turn it is. */
    pump(): void {
        this.expire_()
        if (!this.leading_ || !this.parts_.isConnected() || this.cancelRetry_ !== null) return
        const busy = new Set<string>()
        for (const entry of this.entries_)
            if (entry.state === "sending") busy.add(laneOf(entry.action))
        const waiting = this.entries_
            .filter((entry) => entry.state === "queued" && !this.unsaved_.has(entry.key))
            .sort((a, b) => classOf(a) - classOf(b) || a.order - b.order)
        for (const entry of waiting) {
            const lane = laneOf(entry.action)
            if (busy.has(lane) || !isReady(entry)) continue
            busy.add(lane)
            this.send_(entry)
        }
        this.startUpload_()
    }

    private send_(entry: OutboxEntry): void {
        this.put_({ ...entry, state: "sending" })
        this.parts_.send(withMedia(entry), (outcome) => this.onAnswer_(entry.key, outcome))
    }

    private onAnswer_(key: string, outcome: Outcome<unknown>): void {
        const entry = this.find_(key)
        if (entry === undefined || entry.state !== "sending") return
        if (outcome.ok || isAsWanted(entry.action, outcome.error)) {
            this.attempts_ = 0
            this.onDone_(entry, outcome)
        } else if (isPassing(outcome.error)) {
            this.put_({ ...entry, state: "queued" })
            this.pauseAfter_(outcome.error)
            return
        } else this.onRefused_(entry, outcome.error)
        this.parts_.answered(this.find_(key) ?? entry, outcome)
        this.pump()
    }

    private onDone_(entry: OutboxEntry, outcome: Outcome<unknown>): void {
        if (entry.action.name !== "message_post" || !outcome.ok) {
            this.remove_(entry.key)
            return
        }
        /* Stays in sight until the room shows it. */
        const { seq, sentAt } = outcome.body as { seq: number; sentAt: number }
        this.put_({ ...entry, state: "sent", seq, sentAt })
        this.forget_(entry.key)
    }

    private onRefused_(entry: OutboxEntry, error: LinkError): void {
        if (!isWritten(entry.action)) {
            this.remove_(entry.key)
            return
        }
        const refusal =
            error.kind === "refused"
                ? { code: error.code, ...(error.detail === undefined ? {} : { detail: error.detail }) }
                : { code: null }
        void this.save_(this.put_({ ...entry, state: "refused", refusal }))
    }

    /** Everybody waits a while: the server is busy, or the answer did not come. */
    private pauseAfter_(error: LinkError): void {
        if (!this.parts_.isConnected() || this.cancelRetry_ !== null) return
        const serverMs = error.kind === "refused" ? error.retryAfterMs : undefined
        const waitMs = backoffMs(this.attempts_, this.parts_.chance.fraction(), serverMs)
        this.attempts_ += 1
        this.cancelRetry_ = this.parts_.clock.after(waitMs, () => {
            this.cancelRetry_ = null
            this.pump()
        })
    }

    private startUpload_(): void {
        if (this.uploading_ !== null) return
        const entry = this.entries_.find((e) => e.state === "queued" && !isReady(e))
        if (entry === undefined || this.unsaved_.has(entry.key)) return
        const index = entry.uploads.findIndex((upload) => upload.media === undefined)
        const upload = entry.uploads[index]
        if (upload === undefined) return
        const { key } = entry
        const onProgress = (part: number): void => {
            const now = this.find_(key)
            if (now !== undefined)
                this.put_({ ...now, progress: (index + part) / now.uploads.length })
        }
        let isOver = false
        const cancel = this.parts_.upload({ upload, key, onProgress }, (outcome) => {
            isOver = true
            this.uploading_ = null
            this.onUploaded_(key, index, outcome)
        })
        if (!isOver) this.uploading_ = { key, cancel }
    }

    private onUploaded_(key: string, index: number, outcome: Outcome<NonNullable<Upload["media"]>>): void {
        const entry = this.find_(key)
        if (entry === undefined) return
        if (outcome.ok) {
            const media = outcome.body
            const uploads = entry.uploads.map((u, i) => (i === index ? { ...u, media } : u))
            void this.save_(this.put_({ ...entry, uploads }))
            this.pump()
        } else if (isPassing(outcome.error)) this.pauseAfter_(outcome.error)
        else {
            this.onRefused_(entry, outcome.error)
            this.pump()
        }
    }

    private expire_(): void {
        const before = this.parts_.clock.now() - OUTBOX_KEEP_MS
        for (const entry of this.entries_)
            if (entry.state === "queued" && entry.createdAt < before)
                this.onRefused_(entry, { kind: "lost" })
    }

    private find_(key: string): OutboxEntry | undefined {
        return this.entries_.find((entry) => entry.key === key)
    }

    private put_(entry: OutboxEntry): OutboxEntry {
        this.entries_ = this.entries_.map((old) => (old.key === entry.key ? entry : old))
        this.parts_.changed()
        return entry
    }

    private remove_(key: string): void {
        this.entries_ = this.entries_.filter((entry) => entry.key !== key)
        this.forget_(key)
        this.parts_.changed()
    }

    private forget_(key: string): void {
        void this.write_([{ table: "outbox", key }])
    }

    private save_(entry: OutboxEntry): Promise<void> {
        return this.write_([{ table: "outbox", key: entry.key, value: entry }])
    }

    private async write_(changes: Parameters<Storage["write"]>[0]): Promise<void> {
        try {
            await this.storage_?.write(changes)
        } catch {
            /* The device is full: it is still in memory, and still sent. */
        }
        this.parts_.storedChanged()
    }
}

function classOf(entry: OutboxEntry): number {
    return OUTBOX_CLASSES[entry.action.name]
}
