/*
 * What stands in the list of a room, from top to bottom: days, gaps, the line of new
 * messages, messages, and what is still on its way. Pure: everything is an argument.
 */

import type { OutboxEntry, RoomFeed } from "@hall/link"
import { MessageKind } from "@hall/wire"
import type { MessageView } from "@hall/wire"
import { dayOf } from "@hall/ui"
import { voicesOf } from "../voice/media_kinds.ts"

export type RoomRow =
    | { readonly kind: "start"; readonly key: string }
    | { readonly kind: "day"; readonly key: string; readonly time: number }
    | { readonly kind: "gap"; readonly key: string; readonly before: number; readonly count: number }
    | { readonly kind: "unread"; readonly key: string }
    | {
          readonly kind: "message"
          readonly key: string
          readonly message: MessageView
          readonly isOwn: boolean
          /** Whether name and time stand above it. */
          readonly isHead: boolean
          readonly isStale: boolean
      }
    | { readonly kind: "end"; readonly key: string }
    | { readonly kind: "pending"; readonly key: string; readonly entry: OutboxEntry }

/** Messages of one person within this time stand under one head. */
export const GROUP_MS = 5 * 60_000

export interface RowsInput {
    readonly feed: RoomFeed
    readonly ownId: number
    /** The line of new messages stands after this seq; null: there is none. */
    readonly unreadAfter: number | null
}

const keys = new WeakMap<Uint8Array, string>()

function hex(bytes: Uint8Array): string {
    const known = keys.get(bytes)
    if (known !== undefined) return known
    const text = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")
    keys.set(bytes, text)
    return text
}

/** The same for a message on its way and when it has arrived: the row stays in place. */
export function messageKey(message: MessageView): string {
    return message.clientKey === undefined ? `m${message.seq}` : `k${hex(message.clientKey)}`
}

function isGrouped(before: MessageView | null, message: MessageView): boolean {
    return (
        before !== null &&
        before.senderId === message.senderId &&
        before.official === message.official &&
        before.kind === MessageKind.text &&
        message.kind === MessageKind.text &&
        message.sentAt - before.sentAt < GROUP_MS
    )
}

/** Our messages of this room that the room itself does not show yet. */
export function pendingOf(outbox: readonly OutboxEntry[], roomId: number): OutboxEntry[] {
    return outbox.filter(
        ({ action }) => action.name === "message_post" && action.body.roomId === roomId,
    )
}

type MessageRow = Extract<RoomRow, { kind: "message" }>

/** Rows of messages that did not change since, so that ten thousand cost little. */
const made = new WeakMap<MessageView, MessageRow>()

function messageRow(message: MessageView, isOwn: boolean, isHead: boolean, isStale: boolean): MessageRow {
    const known = made.get(message)
    if (known?.isOwn === isOwn && known.isHead === isHead && known.isStale === isStale) return known
    const row: MessageRow = { kind: "message", key: messageKey(message), message, isOwn, isHead, isStale }
    made.set(message, row)
    return row
}

/** What the room itself shows. */
export function roomRows({ feed, ownId, unreadAfter }: RowsInput): RoomRow[] {
    const rows: RoomRow[] = [{ kind: "start", key: "start" }]
    let before: MessageView | null = null
    let isLinePlaced = unreadAfter === null
    const add = (message: MessageView, isStale: boolean): void => {
        if (before === null || dayOf(before.sentAt) !== dayOf(message.sentAt)) {
            rows.push({ kind: "day", key: `d${message.seq}`, time: message.sentAt })
            before = null
        }
        const isOwn = message.senderId === ownId
        if (!isLinePlaced && unreadAfter !== null && message.seq > unreadAfter && !isOwn) {
            rows.push({ kind: "unread", key: "unread" })
            isLinePlaced = true
            before = null
        }
        rows.push(messageRow(message, isOwn, !isGrouped(before, message), isStale))
        before = message
    }
    if (feed.ranges.length === 0) for (const message of feed.stale) add(message, true)
    let end = 0
    for (const range of feed.ranges) {
        if (end > 0) {
            const count = range.from - end - 1
            rows.push({ kind: "gap", key: `g${range.from}`, before: range.from, count })
            before = null
        }
        for (const message of feed.slice(range.from, range.to)) add(message, false)
        end = range.to
    }
    return rows
}

/** How far from the end a message of ours can stand that still is in the outbox. */
const LOOK_BACK = 200

/** The same with what is still on its way, except what the room shows already. */
export function withPending(
    rows: readonly RoomRow[], outbox: readonly OutboxEntry[], roomId: number,
): RoomRow[] {
    const shown = new Set(rows.slice(-LOOK_BACK).map((row) => row.key))
    const pending = pendingOf(outbox, roomId).flatMap((entry): RoomRow[] =>
        shown.has(`k${entry.key}`) ? [] : [{ kind: "pending", key: `k${entry.key}`, entry }],
    )
    return [...rows, ...pending, { kind: "end", key: "end" }]
}

const LINE_HEIGHT = 26
const LINE_CHARS = 17

function mediaHeight(media: MessageView["media"]): number {
    const voices = voicesOf(media).length
    return voices * 54 + ((media?.length ?? 0) > voices ? 180 : 0)
}

/** A first guess of a row's height, before it was drawn. */
export function estimateRow(row: RoomRow): number {
    switch (row.kind) {
        case "message": {
            const { body, media } = row.message
            const lines = Math.max(1, Math.ceil((body?.length ?? 0) / LINE_CHARS))
            return 30 + lines * LINE_HEIGHT + (row.isHead ? 26 : 0) + mediaHeight(media)
        }
        case "pending":
            return 80
        case "end":
            return 12
        default:
            return 44
    }
}
