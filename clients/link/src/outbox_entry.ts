/* One thing a person did, on its way to the server. */

import { ErrorCode } from "@hall/wire"
import type { MediaView } from "@hall/wire"
import type { Body, LinkError } from "./replies.ts"

/** Sent in this order: what is urgent, then what changes states, then words. */
export const OUTBOX_CLASSES = {
    alert_answer: 0,
    alert_ack: 0,
    alert_unclaim: 0,
    alert_cancel: 0,
    person_report: 0,
    person_sighting: 0,
    person_object: 0,
    message_recall: 1,
    message_hide: 1,
    member_mute: 1,
    dispute_withdraw: 1,
    dispute_reopen: 1,
    message_post: 2,
    dispute_submit: 2,
    dispute_add: 2,
} as const
export type OutboxName = keyof typeof OUTBOX_CLASSES

/** A picture or a voice that still has to be uploaded, or was. */
export interface Upload {
    readonly bytes: Uint8Array
    readonly type: string
    readonly width: number
    readonly height: number
    /** A voice; it has no width and height. */
    readonly durationMs?: number
    readonly media?: MediaView
}

export type OutboxAction = {
    [K in OutboxName]: { readonly name: K; readonly body: Body<K> }
}[OutboxName]

export interface OutboxEntry {
    /** client_key in hex; also the row's key on the device. */
    readonly key: string
    /** Grows: the order in which things were done. */
    readonly order: number
    readonly action: OutboxAction
    readonly uploads: readonly Upload[]
    readonly createdAt: number
    readonly state: "queued" | "sending" | "sent" | "refused"
    /** Why it was refused; `expired` when nobody could be reached for a day. */
    readonly refusal?: { readonly code: ErrorCode | null; readonly detail?: string }
    /** The seq it got, once it is known. */
    readonly seq?: number
    readonly sentAt?: number
    /** 0…1 while something is uploaded. */
    readonly progress?: number
}

export const OUTBOX_KEEP_MS = 24 * 3600 * 1000

const AGAIN_LATER: ReadonlySet<number> = new Set([
    ErrorCode.rateLimited, ErrorCode.unavailable, ErrorCode.busy, ErrorCode.internal,
    ErrorCode.tooManyTries, ErrorCode.unauthenticated,
])

/** Whether trying again later can help. */
export function isPassing(error: LinkError): boolean {
    return error.kind === "lost" || AGAIN_LATER.has(error.code)
}

/** What somebody wrote: refused, it stays with her until she decides. */
const WRITTEN: ReadonlySet<OutboxName> = new Set<OutboxName>([
    "message_post", "dispute_submit", "dispute_add", "person_report", "person_sighting",
])

export function isWritten(action: OutboxAction): boolean {
    return WRITTEN.has(action.name)
}

/** Whether the thing is as the person wanted it, although we were refused. */
export function isAsWanted(action: OutboxAction, error: LinkError): boolean {
    return (
        error.kind === "refused" && error.code === ErrorCode.alreadyDone && !isWritten(action)
    )
}

/** Things of one lane wait for each other. */
export function laneOf(action: OutboxAction): string {
    const { body } = action
    if (action.name === "message_post") return `room ${action.body.roomId}`
    if ("alertId" in body) return `alert ${body.alertId}`
    if ("disputeId" in body) return `dispute ${body.disputeId}`
    if ("personId" in body) return `person ${body.personId}`
    if (action.name === "dispute_submit" || action.name === "person_report") return action.name
    return "roomId" in body ? `act ${body.roomId}` : action.name
}

/** The same with what was uploaded for it. */
export function withMedia({ action, uploads }: OutboxEntry): OutboxAction {
    const ids = uploads.flatMap((upload) => (upload.media ? [upload.media.mediaId] : []))
    const [first] = ids
    if (first === undefined) return action
    switch (action.name) {
        case "message_post":
            return { name: action.name, body: { ...action.body, mediaIds: ids } }
        case "dispute_submit":
            return { name: action.name, body: { ...action.body, mediaIds: ids } }
        case "dispute_add":
            return { name: action.name, body: { ...action.body, mediaIds: ids } }
        case "person_report":
            return { name: action.name, body: { ...action.body, mediaIds: ids } }
        case "person_sighting":
            return { name: action.name, body: { ...action.body, mediaId: first } }
        default:
            return action
    }
}

export function isReady(entry: OutboxEntry): boolean {
    return entry.uploads.every((upload) => upload.media !== undefined)
}
