/* What a client does with every way a room can continue, and what must come first. */

import { CloseReason, MessageState, RevokedKind, RoomKind } from "@hall/wire"
import { describe, expect, test } from "vitest"
import type { Link } from "../src/link.ts"
import { bodies, play } from "./start_link.ts"
import type { Played } from "./start_link.ts"

async function liveWith(count: number, seed = 1): Promise<Played & { link: Link }> {
    const played = play(seed)
    played.peer.addRoom(1)
    for (let i = 1; i <= count; i++) played.peer.say(1, `m${i}`)
    const link = await played.page()
    await played.clock.advance(2000)
    expect(link.state.name).toBe("live")
    return { ...played, link }
}

function numbers(from: number, to: number): string[] {
    return Array.from({ length: to - from + 1 }, (_x, i) => `m${from + i}`)
}

describe("resume", () => {
    test("new room: the newest page, and it is live", async () => {
        const { link } = await liveWith(150)
        expect(bodies(link, 1)).toEqual(numbers(91, 150))
        expect(link.rooms.feeds.get(1)?.ranges).toEqual([{ from: 91, to: 150 }])
    })

    test("an empty room is live too, and takes its first message", async () => {
        const { link, peer, clock } = await liveWith(0)
        peer.say(1, "m1")
        await clock.advance(100)
        expect(bodies(link, 1)).toEqual(["m1"])
    })

    test("full: exactly what was missed, nothing asked for", async () => {
        const { link, peer, clock, environment } = await liveWith(20)
        environment.goOffline()
        for (let i = 21; i <= 170; i++) peer.say(1, `m${i}`)
        environment.goOnline()
        await clock.advance(500)
        expect(link.state.name).toBe("live")
        expect(bodies(link, 1)).toEqual(numbers(1, 170))
        expect(peer.socket.received.map((f) => f.name)).not.toContain("message_history")
    })

    test("partial: the rest is a gap that can be seen and filled, never a silent jump", async () => {
        const { link, peer, clock, environment } = await liveWith(20)
        environment.goOffline()
        for (let i = 21; i <= 350; i++) peer.say(1, `m${i}`)
        environment.goOnline()
        await clock.advance(500)
        expect(link.state.name).toBe("live")
        const feed = link.rooms.feeds.get(1)
        expect(feed?.ranges).toEqual([{ from: 1, to: 20 }, { from: 151, to: 350 }])
        link.rooms.loadBefore(1, 151, () => undefined)
        await clock.advance(100)
        link.rooms.loadBefore(1, 51, () => undefined)
        await clock.advance(100)
        expect(bodies(link, 1)).toEqual(numbers(1, 350))
    })

    test("reset: the old stays readable until the newest page replaces it", async () => {
        const { link, peer, clock, environment } = await liveWith(20)
        environment.goOffline()
        peer.epoch = 2
        const room = peer.rooms.get(1)
        room?.messages.splice(0)
        for (let i = 1; i <= 5; i++) peer.say(1, `restored ${i}`)
        peer.intercept = (frame) => frame.name === "message_history"
        environment.goOnline()
        await clock.advance(200)
        const feed = link.rooms.feeds.get(1)
        expect(feed?.stale.map((m) => m.body)).toEqual(numbers(1, 20))
        expect(feed?.list()).toEqual([])
        expect(link.state.name).toBe("open")
        peer.intercept = null
        await clock.advance(30_000)
        expect(link.state.name).toBe("live")
        expect(feed?.stale).toEqual([])
        expect(bodies(link, 1)).toEqual([1, 2, 3, 4, 5].map((i) => `restored ${i}`))
    })

    test("reset with a page that follows: it is shown, nothing is asked for", async () => {
        const { link, peer, clock, environment } = await liveWith(20)
        environment.goOffline()
        peer.epoch = 2
        peer.sendsAfterReset = true
        const asked = (): number =>
            peer.socket.received.filter((f) => f.name === "message_history").length
        environment.goOnline()
        await clock.advance(500)
        expect(link.state.name).toBe("live")
        expect(bodies(link, 1)).toEqual(numbers(11, 20))
        expect(link.rooms.feeds.get(1)?.stale).toEqual([])
        expect(asked()).toBe(0)
    })

    test("a room one is no longer in is gone, from the device too", async () => {
        const { link, peer, clock, environment, device } = await liveWith(5)
        peer.addRoom(2)
        peer.say(2, "elsewhere")
        environment.goOffline()
        environment.goOnline()
        await clock.advance(1000)
        expect(link.rooms.feeds.has(2)).toBe(true)
        expect([...(device.get("pages")?.keys() ?? [])]).toContain("2/0")
        environment.goOffline()
        peer.rooms.delete(2)
        environment.goOnline()
        await clock.advance(1000)
        expect(link.rooms.feeds.has(2)).toBe(false)
        expect([...(device.get("pages")?.keys() ?? [])]).not.toContain("2/0")
        expect([...(device.get("rooms")?.keys() ?? [])]).toEqual(["1"])
    })

    test("a room that is given while connected is entered", async () => {
        const { link, peer, clock } = await liveWith(3)
        const room = peer.addRoom(9)
        for (let i = 1; i <= 4; i++) peer.say(9, `n${i}`)
        peer.socket.push("session_changed", 0, { rooms: [{ ...room.view, headSeq: 4 }] })
        await clock.advance(500)
        expect(bodies(link, 9)).toEqual(["n1", "n2", "n3", "n4"])
    })
})

describe("gaps", () => {
    test("a push beyond the next seq is shown only after what lies before it", async () => {
        const { link, peer, clock } = await liveWith(10)
        const shown: string[][] = []
        link.signals.room.on(() => shown.push(bodies(link, 1).map(String)))
        peer.losesPushes = true
        for (let i = 11; i <= 14; i++) peer.say(1, `m${i}`)
        peer.losesPushes = false
        peer.say(1, "m15")
        await clock.advance(100)
        expect(bodies(link, 1)).toEqual(numbers(1, 15))
        for (const list of shown) expect(list).toEqual(numbers(1, list.length))
    })

    test("the head in a pong shows what was lost without a later push", async () => {
        const { link, peer, clock } = await liveWith(10)
        peer.losesPushes = true
        peer.say(1, "m11")
        await clock.advance(1000)
        expect(bodies(link, 1).length).toBe(10)
        await clock.advance(26_000)
        expect(bodies(link, 1)).toEqual(numbers(1, 11))
    })

    test("a very long gap is left open instead of fetched", async () => {
        const { link, peer, clock } = await liveWith(10)
        peer.losesPushes = true
        for (let i = 11; i <= 800; i++) peer.say(1, `m${i}`)
        peer.losesPushes = false
        peer.say(1, "m801")
        await clock.advance(500)
        const ranges = link.rooms.feeds.get(1)?.ranges
        expect(ranges?.[0]).toEqual({ from: 1, to: 10 })
        expect(ranges?.[ranges.length - 1]?.to).toBe(801)
    })

    test("a repeated push is shown once", async () => {
        const { link, peer, clock } = await liveWith(10)
        const message = peer.say(1, "m11")
        peer.socket.push("message_added", 0, { message })
        await clock.advance(100)
        expect(bodies(link, 1)).toEqual(numbers(1, 11))
    })

    test("older pages join without a seam, down to the first", async () => {
        const { link, clock } = await liveWith(250)
        const feed = link.rooms.feeds.get(1)
        for (let i = 0; i < 4; i++) {
            const first = feed?.ranges[0]?.from ?? 1
            if (first > 1) link.rooms.loadBefore(1, first, () => undefined)
            await clock.advance(100)
        }
        expect(bodies(link, 1)).toEqual(numbers(1, 250))
    })

    test("a hit far back stands in its surroundings, with the gap between", async () => {
        const { link, clock } = await liveWith(900)
        link.rooms.loadAround(1, 300, () => undefined)
        await clock.advance(100)
        const feed = link.rooms.feeds.get(1)
        expect(feed?.get(300)?.body).toBe("m300")
        expect(feed?.ranges.length).toBe(2)
    })
})

describe("revocations", () => {
    test("come before any history on resume, and are confirmed", async () => {
        const { link, peer, clock, environment } = await liveWith(10)
        environment.goOffline()
        peer.revoke(1, 4)
        peer.say(1, "m11")
        const order: string[] = []
        link.signals.revoked.on(() => order.push("revoked"))
        link.signals.room.on(() => {
            const feed = link.rooms.feeds.get(1)
            if (feed?.get(11) !== undefined && feed.get(4)?.body !== undefined)
                order.push("history before revocation")
        })
        environment.goOnline()
        await clock.advance(500)
        expect(order).toEqual(["revoked"])
        expect(link.rooms.feeds.get(1)?.get(4)).toMatchObject({ state: MessageState.hidden })
        expect(link.rooms.feeds.get(1)?.get(4)?.body).toBeUndefined()
        const acks = peer.socket.received.filter((f) => f.name === "revoked_ack")
        expect(acks.map((f) => f.body)).toEqual([{ revocationSeq: 1 }])
    })

    test("are gone from the device before they are confirmed", async () => {
        const { peer, clock, device } = await liveWith(10)
        await clock.advance(1000)
        const has = (word: string): boolean =>
            [...(device.get("pages")?.values() ?? [])].some((bytes) =>
                new TextDecoder().decode(bytes as Uint8Array).includes(word),
            )
        peer.say(1, "秘密")
        await clock.advance(1000)
        expect(has("秘密")).toBe(true)
        let wasThere: boolean | null = null
        peer.intercept = (frame) => {
            if (frame.name === "revoked_ack") wasThere = has("秘密")
            return false
        }
        peer.revoke(1, 11)
        await clock.advance(1000)
        expect(wasThere).toBe(false)
    })

    test("an answer on its way does not bring back what was taken down", async () => {
        const { link, peer, clock } = await liveWith(200)
        const old = peer.rooms.get(1)?.messages[99]
        const page = { ...old }
        peer.intercept = (frame, socket) => {
            if (frame.name !== "message_history") return false
            peer.revoke(1, 100)
            socket.push("message_page", frame.seq, {
                roomId: 1, messages: [page as NonNullable<typeof old>], firstSeq: 1, headSeq: 200,
            })
            return true
        }
        link.rooms.loadBefore(1, 101, () => undefined)
        await clock.advance(100)
        expect(link.rooms.feeds.get(1)?.get(100)?.body).toBeUndefined()
    })

    test("a picture taken down leaves every message", async () => {
        const { link, peer, clock } = await liveWith(3)
        const message = peer.say(1, "with a picture")
        const media = [{ mediaId: "pic", width: 10, height: 10 }]
        peer.socket.push("message_added", 0, { message: { ...message, seq: 5, media } })
        message.seq = 4
        peer.rooms.get(1)?.messages.push({ ...message, seq: 5, media })
        await clock.advance(100)
        expect(link.rooms.feeds.get(1)?.get(5)?.media).toEqual(media)
        peer.socket.push("revoked", 0, {
            revocations: [{ revocationSeq: 1, kind: RevokedKind.media, mediaId: "pic" }],
            headSeq: 1,
        })
        await clock.advance(100)
        expect(link.rooms.feeds.get(1)?.get(5)?.media).toEqual([])
    })

    test("the number of a pong is what the next hello says", async () => {
        const { peer, clock, environment } = await liveWith(5)
        /* Somebody else's room: nothing of it is said here. */
        peer.revocations.push({ revocationSeq: 1, kind: RevokedKind.message, roomId: 77, seq: 2 })
        await clock.advance(30_000)
        expect(peer.sockets.length).toBe(1)
        environment.goOffline()
        environment.goOnline()
        await clock.advance(100)
        expect(peer.socket.received[0]?.body).toMatchObject({ revocationSeq: 1 })
    })
})

describe("the device", () => {
    test("a known room is there before the network", async () => {
        const { peer, clock, page, link } = await liveWith(30)
        await clock.advance(1000)
        link.connection.stop()
        peer.isDown = true
        const again = await page({ known: true })
        expect(bodies(again, 1)).toEqual(numbers(1, 30))
        peer.isDown = false
        peer.say(1, "m31")
        await clock.advance(60_000)
        expect(bodies(again, 1)).toEqual(numbers(1, 31))
        const hello = peer.socket.received[0]
        expect(hello?.body).toMatchObject({ cursors: [{ roomId: 1, seq: 30 }] })
    })

    test("keeps the newest 500 messages, in pages of a hundred", async () => {
        const { peer, clock, device, link } = await liveWith(10)
        for (let i = 11; i <= 760; i++) peer.say(1, `m${i}`)
        await clock.advance(2000)
        expect(link.rooms.feeds.get(1)?.cursor).toBe(760)
        const keys = [...(device.get("pages")?.keys() ?? [])].sort()
        expect(keys).toEqual(["1/2", "1/3", "1/4", "1/5", "1/6", "1/7"])
    })

    test("rooms narrower than a place leave nothing on it", async () => {
        const played = play()
        played.peer.addRoom(5, RoomKind.responseRoom)
        played.peer.say(5, "restricted")
        const link = await played.page()
        await played.clock.advance(3000)
        expect(bodies(link, 5)).toEqual(["restricted"])
        expect(played.device.get("pages")?.size ?? 0).toBe(0)
    })

    test("logging out empties it; being logged out keeps only what is one's own", async () => {
        const { clock, device, link, peer } = await liveWith(5)
        peer.intercept = (frame) => frame.name === "message_post"
        link.post({ roomId: 1, body: "not sent yet" })
        await clock.advance(1000)
        peer.socket.close(4401)
        await clock.advance(1000)
        expect(device.get("pages")?.size).toBe(0)
        expect(device.get("rooms")?.size).toBe(0)
        expect(device.get("outbox")?.size).toBe(1)
        link.connection.resumeAfterRefusal()
        peer.intercept = null
        await clock.advance(3000)
        expect(peer.rooms.get(1)?.messages.map((m) => m.body)).toContain("not sent yet")
        await link.leave()
        await clock.advance(1000)
        for (const table of device.values()) expect(table.size).toBe(0)
    })

    test("being logged out elsewhere forgets everything", async () => {
        const { clock, device, link, peer } = await liveWith(5)
        peer.intercept = (frame) => frame.name === "message_post"
        link.post({ roomId: 1, body: "not sent" })
        await clock.advance(1000)
        peer.socket.close(4000 + CloseReason.loggedOut)
        await clock.advance(1000)
        for (const table of device.values()) expect(table.size).toBe(0)
    })

    test("another person in the same browser does not see it", async () => {
        const { clock, peer, page, link } = await liveWith(5)
        await clock.advance(1000)
        link.connection.stop()
        const second = page({ known: true })
        peer.accountId = 8
        const again = await second
        await clock.advance(3000)
        expect(again.me?.accountId).toBe(8)
        expect(again.state.name).toBe("live")
    })
})

describe("unread", () => {
    test("counts visible messages of others after the read position", async () => {
        const { link, peer, clock } = await liveWith(10)
        const feed = link.rooms.feeds.get(1)
        expect(feed?.unread(7)).toBe(10)
        link.markRead(1, 6)
        expect(feed?.unread(7)).toBe(4)
        peer.say(1, "own", 7)
        await clock.advance(50)
        peer.revoke(1, 8)
        await clock.advance(50)
        expect(feed?.unread(7)).toBe(3)
        link.markRead(1, 3)
        expect(feed?.readSeq).toBe(6)
        peer.socket.push("room_read_moved", 0, { roomId: 1, seq: 11 })
        await clock.advance(2000)
        expect(feed?.unread(7)).toBe(0)
        const reads = peer.socket.received.filter((f) => f.name === "room_read")
        expect(reads.map((f) => f.body)).toEqual([{ roomId: 1, seq: 6 }])
    })

    test("a position read while away is said on the next connection", async () => {
        const { link, peer, clock, environment } = await liveWith(10)
        environment.goOffline()
        link.markRead(1, 9)
        await clock.advance(3000)
        environment.goOnline()
        await clock.advance(500)
        const reads = peer.socket.received.filter((f) => f.name === "room_read")
        expect(reads.map((f) => f.body)).toEqual([{ roomId: 1, seq: 9 }])
    })
})
