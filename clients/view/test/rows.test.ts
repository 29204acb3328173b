/* What stands in the list of a room, and in which order. */

import type { OutboxEntry } from "@hall/link"
import { Badge, MessageKind, MessageState, RoomKind } from "@hall/wire"
import type { MessageView } from "@hall/wire"
import { describe, expect, test } from "vitest"
import { RoomFeed } from "../../link/src/room_feed.ts"
import { roomRows as shownRows, withPending } from "../src/room/rows.ts"
import type { RoomRow, RowsInput } from "../src/room/rows.ts"

const NOON = Date.UTC(2023, 7, 14, 4, 0)
const ME = 7

function feedOf(...messages: MessageView[]): RoomFeed {
    const feed = new RoomFeed({
        roomId: 1, kind: RoomKind.hall, name: "h", communityId: 1, memberCount: 2, headSeq: 0,
        firstSeq: 1, readSeq: 0, unread: 0, mayPost: true, mayModerate: false,
    })
    for (const message of messages) feed.insertRun([message])
    return feed
}

function message(seq: number, change: Partial<MessageView> = {}): MessageView {
    return {
        roomId: 1, seq, senderId: 9, senderName: "n", badge: Badge.none, kind: MessageKind.text,
        state: MessageState.visible, sentAt: NOON + seq * 60_000, body: `m${seq}`, ...change,
    }
}

function entry(key: string, roomId = 1): OutboxEntry {
    const clientKey = Uint8Array.from({ length: 16 }, () => Number.parseInt(key, 16))
    return {
        key: key.repeat(16), order: 1, createdAt: NOON, state: "queued", uploads: [],
        action: { name: "message_post", body: { roomId, clientKey, body: key } },
    }
}

function roomRows(input: RowsInput & { outbox: readonly OutboxEntry[] }): RoomRow[] {
    return withPending(shownRows(input), input.outbox, 1)
}

function kinds(rows: readonly RoomRow[]): string[] {
    return rows.map((row) => (row.kind === "message" ? `m${row.message.seq}` : row.kind))
}

describe("rows", () => {
    test("days, gaps, messages, what is on its way, in order", () => {
        const rows = roomRows({
            feed: feedOf(message(1), message(2), message(40)), ownId: ME,
            outbox: [entry("ab"), entry("cd", 2)], unreadAfter: null,
        })
        expect(kinds(rows)).toEqual(["start", "day", "m1", "m2", "gap", "day", "m40", "pending", "end"])
        expect(rows.find((row) => row.kind === "gap")).toMatchObject({ before: 40, count: 37 })
    })

    test("messages of one person close together stand under one head", () => {
        const rows = roomRows({
            feed: feedOf(
                message(1), message(2), message(3, { senderId: 8 }), message(4, { senderId: 8 }),
                message(5, { senderId: 8, sentAt: NOON + 30 * 60_000 }),
            ),
            ownId: ME, outbox: [], unreadAfter: null,
        })
        const heads = rows.flatMap((row) => (row.kind === "message" ? [row.isHead] : []))
        expect(heads).toEqual([true, false, true, false, true])
    })

    test("a new day begins anew at midnight of the hall", () => {
        const night = Date.UTC(2023, 7, 14, 15, 59)
        const rows = roomRows({
            feed: feedOf(message(1, { sentAt: night }), message(2, { sentAt: night + 60_000 })),
            ownId: ME, outbox: [], unreadAfter: null,
        })
        expect(kinds(rows)).toEqual(["start", "day", "m1", "day", "m2", "end"])
    })

    test("the line of new messages stands before the first of somebody else", () => {
        const feed = feedOf(message(1), message(2, { senderId: ME }), message(3), message(4))
        const rows = roomRows({ feed, ownId: ME, outbox: [], unreadAfter: 1 })
        expect(kinds(rows)).toEqual(["start", "day", "m1", "m2", "unread", "m3", "m4", "end"])
    })

    test("an own message keeps its row when it arrives", () => {
        const pending = roomRows({ feed: feedOf(), ownId: ME, outbox: [entry("ab")], unreadAfter: null })
        const clientKey = Uint8Array.from({ length: 16 }, () => 0xab)
        const both = roomRows({
            feed: feedOf(message(1, { senderId: ME, clientKey })), ownId: ME,
            outbox: [entry("ab")], unreadAfter: null,
        })
        expect(both.filter((row) => row.key === pending[1]?.key).length).toBe(1)
        expect(kinds(both)).toEqual(["start", "day", "m1", "end"])
    })

    test("after a reset the old messages stay, marked", () => {
        const feed = feedOf(message(1), message(2))
        feed.becomeStale()
        const rows = roomRows({ feed, ownId: ME, outbox: [], unreadAfter: null })
        expect(rows.flatMap((row) => (row.kind === "message" ? [row.isStale] : []))).toEqual([
            true, true,
        ])
    })

    test("keys are never twice in a list", () => {
        const feed = feedOf(...Array.from({ length: 300 }, (_x, i) => message(i + 1 + (i > 99 ? 50 : 0))))
        const keys = roomRows({ feed, ownId: ME, outbox: [entry("ab")], unreadAfter: 20 }).map((r) => r.key)
        expect(new Set(keys).size).toBe(keys.length)
    })
})
