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
    isAsWanted, isPassing, isReady, laneOf, OUTBOX_CLASSES, OUTBOX_KEEP_MS,
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
    #entries: OutboxEntry[] = []
    #storage: Storage | null = null
    #leading = false
    #lastOrder = 0
    #attempts = 0
    #cancelRetry: (() => void) | null = null
    #uploading: { readonly key: string; readonly cancel: () => void } | null = null
    /** Written or being written here: others may not have seen them yet. */
    readonly #unsaved = new Set<string>()
    readonly #parts: OutboxParts

    constructor(parts: OutboxParts) {
        this.#parts = parts
    }

    get entries(): readonly OutboxEntry[] {
        return this.#entries
    }

    /** Takes up what an earlier page left; what was done meanwhile is kept there too. */
    async open(storage: Storage): Promise<void> {
        this.#storage = storage
        await Promise.all(this.#entries.map((entry) => this.#save(entry)))
        await this.reload()
    }

    close(): void {
        this.#cancelRetry?.()
        this.#cancelRetry = null
        this.#uploading?.cancel()
        this.#uploading = null
        this.#storage = null
        this.#leading = false
        this.#entries = []
    }

    /** Looks again at the device: another page of the same person wrote or sent. */
    async reload(): Promise<void> {
        const storage = this.#storage
        if (storage === null) return
        const rows = await storage.readAll("outbox")
        if (storage !== this.#storage) return
        const mine = new Map(this.#entries.map((entry) => [entry.key, entry]))
        const next = [...rows.values()].map((row) => {
            const saved = row as OutboxEntry
            const known = mine.get(saved.key)
            return known !== undefined && known.state !== "refused" ? known : saved
        })
        const stored = new Set(next.map((entry) => entry.key))
        for (const entry of this.#entries)
            if (!stored.has(entry.key) && (this.#unsaved.has(entry.key) || entry.state === "sent"))
                next.push(entry)
        this.#entries = next.sort((a, b) => a.order - b.order)
        this.#lastOrder = Math.max(this.#lastOrder, ...this.#entries.map((e) => e.order))
        this.#parts.changed()
        this.pump()
    }

    setLeading(leading: boolean): void {
        this.#leading = leading
        if (leading) this.pump()
    }

    /** Keeps it, shows it, and sends it as soon as it is kept and its turn has come. */
    add(make: (clientKey: Uint8Array) => OutboxAction, uploads: readonly Upload[] = []): OutboxEntry {
        const clientKey = this.#parts.chance.bytes(16)
        const now = this.#parts.clock.now()
        this.#lastOrder = Math.max(this.#lastOrder + 1, now * 1000)
        const entry: OutboxEntry = {
            key: hex(clientKey),
            order: this.#lastOrder,
            action: make(clientKey),
            uploads,
            createdAt: now,
            state: "queued",
        }
        this.#entries = [...this.#entries, entry]
        this.#unsaved.add(entry.key)
        this.#parts.changed()
        void this.#save(entry).then(() => {
            this.#unsaved.delete(entry.key)
            this.pump()
        })
        return entry
    }

    /** The person asks again for something that was refused. */
    retry(key: string): void {
        const entry = this.#find(key)
        if (entry === undefined || entry.state !== "refused") return
        const { refusal: _refusal, ...rest } = entry
        void this.#save(this.#put({ ...rest, state: "queued", createdAt: this.#parts.clock.now() }))
        this.pump()
    }

    /** Forgets what was not sent. What is on its way cannot be called back here. */
    discard(key: string): boolean {
        const entry = this.#find(key)
        if (entry === undefined || entry.state === "sending" || entry.state === "sent") return false
        if (this.#uploading?.key === key) {
            this.#uploading.cancel()
            this.#uploading = null
        }
        this.#remove(key)
        this.pump()
        return true
    }

    /** The room shows it: whatever its answer says, it is there. */
    settle(key: string): void {
        if (this.#find(key) !== undefined) this.#remove(key)
    }

    /** The connection is gone: what was on its way has to be asked again. */
    connectionLost(): void {
        this.#cancelRetry?.()
        this.#cancelRetry = null
        let changed = false
        this.#entries = this.#entries.map((entry) => {
            if (entry.state !== "sending") return entry
            changed = true
            return { ...entry, state: "queued" }
        })
        if (changed) this.#parts.changed()
    }

    /** Sends everything whose turn it is. */
    pump(): void {
        this.#expire()
        if (!this.#leading || !this.#parts.isConnected() || this.#cancelRetry !== null) return
        const busy = new Set<string>()
        for (const entry of this.#entries)
            if (entry.state === "sending") busy.add(laneOf(entry.action))
        const waiting = this.#entries
            .filter((entry) => entry.state === "queued" && !this.#unsaved.has(entry.key))
            .sort((a, b) => classOf(a) - classOf(b) || a.order - b.order)
        for (const entry of waiting) {
            const lane = laneOf(entry.action)
            if (busy.has(lane) || !isReady(entry)) continue
            busy.add(lane)
            this.#send(entry)
        }
        this.#startUpload()
    }

    #send(entry: OutboxEntry): void {
        this.#put({ ...entry, state: "sending" })
        this.#parts.send(withMedia(entry), (outcome) => this.#onAnswer(entry.key, outcome))
    }

    #onAnswer(key: string, outcome: Outcome<unknown>): void {
        const entry = this.#find(key)
        if (entry === undefined || entry.state !== "sending") return
        if (outcome.ok || isAsWanted(entry.action, outcome.error)) {
            this.#attempts = 0
            this.#onDone(entry, outcome)
        } else if (isPassing(outcome.error)) {
            this.#put({ ...entry, state: "queued" })
            this.#pauseAfter(outcome.error)
            return
        } else this.#onRefused(entry, outcome.error)
        this.#parts.answered(this.#find(key) ?? entry, outcome)
        this.pump()
    }

    #onDone(entry: OutboxEntry, outcome: Outcome<unknown>): void {
        if (entry.action.name !== "message_post" || !outcome.ok) {
            this.#remove(entry.key)
            return
        }
        /* Stays in sight until the room shows it. */
        const { seq, sentAt } = outcome.body as { seq: number; sentAt: number }
        this.#put({ ...entry, state: "sent", seq, sentAt })
        this.#forget(entry.key)
    }

    #onRefused(entry: OutboxEntry, error: LinkError): void {
        if (entry.action.name !== "message_post") {
            this.#remove(entry.key)
            return
        }
        const refusal =
            error.kind === "refused"
                ? { code: error.code, ...(error.detail === undefined ? {} : { detail: error.detail }) }
                : { code: null }
        void this.#save(this.#put({ ...entry, state: "refused", refusal }))
    }

    /** Everybody waits a while: the server is busy, or the answer did not come. */
    #pauseAfter(error: LinkError): void {
        if (!this.#parts.isConnected() || this.#cancelRetry !== null) return
        const serverMs = error.kind === "refused" ? error.retryAfterMs : undefined
        const waitMs = backoffMs(this.#attempts, this.#parts.chance.fraction(), serverMs)
        this.#attempts += 1
        this.#cancelRetry = this.#parts.clock.after(waitMs, () => {
            this.#cancelRetry = null
            this.pump()
        })
    }

    #startUpload(): void {
        if (this.#uploading !== null) return
        const entry = this.#entries.find((e) => e.state === "queued" && !isReady(e))
        if (entry === undefined || this.#unsaved.has(entry.key)) return
        const index = entry.uploads.findIndex((upload) => upload.media === undefined)
        const upload = entry.uploads[index]
        if (upload === undefined) return
        const { key } = entry
        const onProgress = (part: number): void => {
            const now = this.#find(key)
            if (now !== undefined)
                this.#put({ ...now, progress: (index + part) / now.uploads.length })
        }
        let isOver = false
        const cancel = this.#parts.upload({ upload, key, onProgress }, (outcome) => {
            isOver = true
            this.#uploading = null
            this.#onUploaded(key, index, outcome)
        })
        if (!isOver) this.#uploading = { key, cancel }
    }

    #onUploaded(key: string, index: number, outcome: Outcome<NonNullable<Upload["media"]>>): void {
        const entry = this.#find(key)
        if (entry === undefined) return
        if (outcome.ok) {
            const media = outcome.body
            const uploads = entry.uploads.map((u, i) => (i === index ? { ...u, media } : u))
            void this.#save(this.#put({ ...entry, uploads }))
            this.pump()
        } else if (isPassing(outcome.error)) this.#pauseAfter(outcome.error)
        else {
            this.#onRefused(entry, outcome.error)
            this.pump()
        }
    }

    #expire(): void {
        const before = this.#parts.clock.now() - OUTBOX_KEEP_MS
        for (const entry of this.#entries)
            if (entry.state === "queued" && entry.createdAt < before)
                this.#onRefused(entry, { kind: "lost" })
    }

    #find(key: string): OutboxEntry | undefined {
        return this.#entries.find((entry) => entry.key === key)
    }

    #put(entry: OutboxEntry): OutboxEntry {
        this.#entries = this.#entries.map((old) => (old.key === entry.key ? entry : old))
        this.#parts.changed()
        return entry
    }

    #remove(key: string): void {
        this.#entries = this.#entries.filter((entry) => entry.key !== key)
        this.#forget(key)
        this.#parts.changed()
    }

    #forget(key: string): void {
        void this.#write([{ table: "outbox", key }])
    }

    #save(entry: OutboxEntry): Promise<void> {
        return this.#write([{ table: "outbox", key: entry.key, value: entry }])
    }

    async #write(changes: Parameters<Storage["write"]>[0]): Promise<void> {
        try {
            await this.#storage?.write(changes)
        } catch {
            /* The device is full: it is still in memory, and still sent. */
        }
        this.#parts.storedChanged()
    }
}

function classOf(entry: OutboxEntry): number {
    return OUTBOX_CLASSES[entry.action.name]
}

function withMedia({ action, uploads }: OutboxEntry): OutboxAction {
    if (action.name !== "message_post" || uploads.length === 0) return action
    const mediaIds = uploads.flatMap((upload) => (upload.media ? [upload.media.mediaId] : []))
    return { name: "message_post", body: { ...action.body, mediaIds } }
}
