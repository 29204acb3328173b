/* One thing a person did, on its way to the server. */

import { ErrorCode } from "@hall/wire"
import type { MediaView } from "@hall/wire"
import type { Body, LinkError } from "./replies.ts"

/** Sent in this order: alert answers, then what changes states, then messages. */
export const OUTBOX_CLASSES = {
    alert_answer: 0,
    alert_ack: 0,
    alert_unclaim: 0,
    alert_cancel: 0,
    message_recall: 1,
    message_hide: 1,
    member_mute: 1,
    message_post: 2,
} as const
export type OutboxName = keyof typeof OUTBOX_CLASSES

/** A picture that still has to be uploaded, or was. */
export interface Upload {
    readonly bytes: Uint8Array
    readonly type: string
    readonly width: number
    readonly height: number
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
    /** 0…1 while pictures are uploaded. */
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

/** Whether the thing is as the person wanted it, although we were refused. */
export function isAsWanted(action: OutboxAction, error: LinkError): boolean {
    return (
        error.kind === "refused" &&
        error.code === ErrorCode.alreadyDone &&
        action.name !== "message_post"
    )
}

/** Things of one lane wait for each other. */
export function laneOf(action: OutboxAction): string {
    switch (action.name) {
        case "message_post":
            return `room ${action.body.roomId}`
        case "alert_answer":
        case "alert_ack":
        case "alert_unclaim":
        case "alert_cancel":
            return `alert ${action.body.alertId}`
        default:
            return `act ${action.body.roomId}`
    }
}

export function isReady(entry: OutboxEntry): boolean {
    return entry.uploads.every((upload) => upload.media !== undefined)
}
