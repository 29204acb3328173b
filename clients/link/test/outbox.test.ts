/* Kept first, then sent; asked again until answered; one page of a person sends. */

import { ErrorCode } from "@hall/wire"
import type { MediaView } from "@hall/wire"
import { describe, expect, test } from "vitest"
import type { Link } from "../src/link.ts"
import type { SendUpload, UploadJob } from "../src/outbox.ts"
import { createSignal } from "../src/signal.ts"
import { loneTab } from "../src/tabs.ts"
import type { Tabs, TabWord } from "../src/tabs.ts"
import { play } from "./start_link.ts"
import type { Played } from "./start_link.ts"

async function live(): Promise<Played & { link: Link }> {
    const played = play()
    played.peer.addRoom(1)
    played.peer.addRoom(2)
    const link = await played.page()
    await played.clock.advance(1000)
    return { ...played, link }
}

function stored(played: Played, roomId: number): (string | undefined)[] {
    return played.peer.rooms.get(roomId)?.messages.map((m) => m.body) ?? []
}

describe("sending", () => {
    test("is on the device before it is on the line", async () => {
        const played = await live()
        let wasKept = false
        played.peer.intercept = (frame) => {
            if (frame.name === "message_post") wasKept = played.device.get("outbox")?.size === 1
            return false
        }
        played.link.post({ roomId: 1, body: "x" })
        expect(played.link.outbox.entries[0]?.state).toBe("queued")
        await played.clock.advance(100)
        expect(wasKept).toBe(true)
        expect(played.link.outbox.entries).toEqual([])
        expect(played.device.get("outbox")?.size).toBe(0)
    })

    test("one room waits for its answer, another does not wait for it", async () => {
        const { link, peer, clock } = await live()
        let asked = 0
        peer.intercept = (frame) => frame.name === "message_post" && frame.body.roomId === 1 && ++asked > 0
        link.post({ roomId: 1, body: "a" })
        link.post({ roomId: 1, body: "b" })
        link.post({ roomId: 2, body: "c" })
        await clock.advance(1000)
        expect(asked).toBe(1)
        expect(peer.rooms.get(2)?.messages.length).toBe(1)
    })

    test("an answer that does not come is asked for again with the same key", async () => {
        const played = await live()
        const keys: string[] = []
        played.peer.intercept = (frame) => {
            if (frame.name !== "message_post") return false
            keys.push(String(frame.body.clientKey))
            return keys.length === 1
        }
        played.link.post({ roomId: 1, body: "x" })
        await played.clock.advance(60_000)
        expect(keys.length).toBe(2)
        expect(new Set(keys).size).toBe(1)
        expect(stored(played, 1)).toEqual(["x"])
    })

    for (const code of [ErrorCode.rateLimited, ErrorCode.unavailable, ErrorCode.busy] as const)
        test(`error ${code} is passing: later, not before the server said, in order`, async () => {
            const played = await live()
            let refused = 0
            const from = played.clock.now()
            let at = 0
            played.peer.intercept = (frame, socket) => {
                if (frame.name !== "message_post") return false
                if (refused++ === 0) {
                    socket.push("error", frame.seq, { code, retryAfterMs: 4000 })
                    return true
                }
                at ||= played.clock.now()
                return false
            }
            played.link.post({ roomId: 1, body: "a" })
            played.link.post({ roomId: 1, body: "b" })
            await played.clock.advance(20_000)
            expect(stored(played, 1)).toEqual(["a", "b"])
            expect(at - from).toBeGreaterThanOrEqual(4000)
        })

    test("a refusal is shown with its reason; asked again it may succeed; others go on", async () => {
        const played = await live()
        played.peer.intercept = (frame, socket) => {
            if (frame.name !== "message_post" || frame.body.body !== "bad") return false
            socket.push("error", frame.seq, { code: ErrorCode.muted })
            return true
        }
        played.link.post({ roomId: 1, body: "bad" })
        played.link.post({ roomId: 1, body: "good" })
        await played.clock.advance(1000)
        expect(stored(played, 1)).toEqual(["good"])
        const [entry] = played.link.outbox.entries
        expect(entry).toMatchObject({ state: "refused", refusal: { code: ErrorCode.muted } })
        expect(played.device.get("outbox")?.size).toBe(1)
        played.peer.intercept = null
        played.link.outbox.retry(entry?.key ?? "")
        await played.clock.advance(1000)
        expect(stored(played, 1)).toEqual(["good", "bad"])
    })

    test("what was refused can be dropped", async () => {
        const played = await live()
        played.peer.intercept = (frame, socket) => {
            if (frame.name === "message_post") socket.push("error", frame.seq, { code: ErrorCode.muted })
            return frame.name === "message_post"
        }
        played.link.post({ roomId: 1, body: "bad" })
        await played.clock.advance(100)
        expect(played.link.outbox.discard(played.link.outbox.entries[0]?.key ?? "")).toBe(true)
        await played.clock.advance(100)
        expect(played.device.get("outbox")?.size).toBe(0)
    })

    test("without network it waits a day, then says so", async () => {
        const { link, peer, environment, clock } = await live()
        peer.isDown = true
        environment.goOffline()
        link.post({ roomId: 1, body: "x" })
        await clock.advance(23 * 3600_000)
        link.outbox.pump()
        expect(link.outbox.entries[0]?.state).toBe("queued")
        await clock.advance(2 * 3600_000)
        link.outbox.pump()
        expect(link.outbox.entries[0]).toMatchObject({ state: "refused", refusal: { code: null } })
    })

    test("its own message is settled by the push when the answer is lost", async () => {
        const { link, peer, clock } = await live()
        peer.intercept = (frame, socket) => {
            if (frame.name !== "message_post") return false
            peer.say(1, frame.body.body, 7, frame.body.clientKey)
            void socket
            return true
        }
        link.post({ roomId: 1, body: "x" })
        await clock.advance(100)
        expect(link.outbox.entries).toEqual([])
    })

    test("stays in sight until the room shows it, when the answer is first", async () => {
        const { link, peer, clock } = await live()
        peer.losesPushes = true
        link.post({ roomId: 1, body: "x" })
        const seen: string[] = []
        link.signals.outbox.on(() => {
            const entry = link.outbox.entries[0]
            const inRoom = link.rooms.feeds.get(1)?.list().length ?? 0
            seen.push(`${entry?.state ?? "gone"} ${inRoom}`)
        })
        await clock.advance(1000)
        expect(seen).toContain("sent 0")
        expect(seen).not.toContain("gone 0")
        expect(link.outbox.entries).toEqual([])
    })
})

describe("order of sending", () => {
    test("alert answers first, then what changes states, then messages", async () => {
        const { link, peer, clock, environment } = await live()
        environment.goOffline()
        link.post({ roomId: 1, body: "x" })
        link.act({ name: "message_recall", body: { roomId: 1, seq: 1 } })
        link.act({ name: "alert_ack", body: { alertId: 5, expectedVersion: 1 } })
        await clock.advance(10)
        environment.goOnline()
        await clock.advance(1000)
        const names = peer.socket.received
            .map((frame) => frame.name)
            .filter((name) => ["message_post", "message_recall", "alert_ack"].includes(name))
        expect(names).toEqual(["alert_ack", "message_recall", "message_post"])
    })

    test("words go ahead of a picture that is still uploaded", async () => {
        const played = play()
        played.peer.addRoom(1)
        const finish: (() => void)[] = []
        const media: MediaView = { mediaId: "pic", width: 4, height: 3 }
        const upload: SendUpload = (job, done) => {
            job.onProgress(0.5)
            finish.push(() => done({ ok: true, body: media }))
            return () => undefined
        }
        const link = await played.page({ upload })
        await played.clock.advance(1000)
        const picture = { bytes: new Uint8Array(9), type: "image/jpeg", width: 4, height: 3 }
        link.post({ roomId: 1, body: "picture" }, [picture, picture])
        link.post({ roomId: 1, body: "words" })
        await played.clock.advance(100)
        expect(stored(played, 1)).toEqual(["words"])
        expect(link.outbox.entries[0]?.progress).toBe(0.25)
        finish.shift()?.()
        await played.clock.advance(100)
        finish.shift()?.()
        await played.clock.advance(1000)
        expect(stored(played, 1)).toEqual(["words", "picture"])
        const posts = played.peer.socket.received.filter((f) => f.name === "message_post")
        expect(posts[1]?.body).toMatchObject({ mediaIds: ["pic", "pic"] })
    })

    test("a voice survives the page and goes out as one, after being uploaded again", async () => {
        const played = play()
        played.peer.addRoom(1)
        const media: MediaView = { mediaId: "voice", width: 0, height: 0, durationMs: 2040 }
        const jobs: UploadJob[] = []
        let isReached = false
        const upload: SendUpload = (job, done) => {
            jobs.push(job)
            done(isReached ? { ok: true, body: media } : { ok: false, error: { kind: "lost" } })
            return () => undefined
        }
        const voice = {
            bytes: new Uint8Array([7, 8]), type: "audio/webm", width: 0, height: 0, durationMs: 2000,
        }
        const first = await played.page({ upload })
        await played.clock.advance(1000)
        first.post({ roomId: 1, body: "" }, [voice])
        await played.clock.advance(100)
        first.connection.stop()
        isReached = true
        jobs.length = 0
        await played.page({ upload, known: true })
        await played.clock.advance(5000)
        expect(jobs.map((job) => job.upload)).toEqual([voice])
        const posts = played.peer.socket.received.filter((f) => f.name === "message_post")
        expect(posts.map((f) => f.body)).toMatchObject([{ body: "", mediaIds: ["voice"] }])
        expect(played.device.get("outbox")?.size).toBe(0)
    })

    test("a picture nobody wants is refused, and can be given up while uploaded", async () => {
        const played = play()
        played.peer.addRoom(1)
        let cancelled = 0
        let answer: "refuse" | "hang" = "refuse"
        const upload: SendUpload = (_job, done) => {
            if (answer === "refuse")
                done({ ok: false, error: { kind: "refused", code: ErrorCode.unsupportedMedia } })
            return () => {
                cancelled += 1
            }
        }
        const link = await played.page({ upload })
        await played.clock.advance(1000)
        const picture = { bytes: new Uint8Array(9), type: "image/jpeg", width: 4, height: 3 }
        link.post({ roomId: 1, body: "" }, [picture])
        await played.clock.advance(100)
        expect(link.outbox.entries[0]?.state).toBe("refused")
        answer = "hang"
        link.outbox.retry(link.outbox.entries[0]?.key ?? "")
        await played.clock.advance(100)
        link.outbox.discard(link.outbox.entries[0]?.key ?? "")
        expect(cancelled).toBe(1)
        expect(link.outbox.entries).toEqual([])
    })
})

describe("several pages of one person", () => {
    test("one sends, the other shows; when the first goes the second takes over", async () => {
        const played = play()
        played.peer.addRoom(1)
        const words = createSignal<{ from: number; word: TabWord }>()
        const leads: ((leading: boolean) => void)[] = []
        let tabCount = 0
        const tabs = (): Tabs => {
            const me = ++tabCount
            return {
                ...loneTab(),
                lead: (changed) => {
                    leads.push(changed)
                    changed(me === 1)
                    return () => undefined
                },
                say: (word) => words.emit({ from: me, word }),
                onSay: (fn) => words.on(({ from, word }) => void (from !== me && fn(word))),
            }
        }
        const first = await played.page({ tabs })
        await played.clock.advance(1000)
        const second = await played.page({ tabs, known: true })
        await played.clock.advance(1000)
        second.post({ roomId: 1, body: "from the second" })
        await played.clock.advance(1000)
        expect(stored(played, 1)).toEqual(["from the second"])
        expect(second.outbox.entries).toEqual([])
        const posters = played.peer.sockets.map(
            (socket) => socket.received.filter((f) => f.name === "message_post").length,
        )
        expect(posters).toEqual([1, 0])
        first.connection.stop()
        second.post({ roomId: 1, body: "again" })
        await played.clock.advance(1000)
        expect(stored(played, 1).length).toBe(1)
        expect(second.outbox.entries.length).toBe(1)
        leads[1]?.(true)
        await played.clock.advance(1000)
        expect(stored(played, 1)).toEqual(["from the second", "again"])
    })
})

describe("drafts", () => {
    test("are kept a moment after the last key, and when the page goes", async () => {
        const { link, clock, device, environment, page } = await live()
        link.drafts.set(1, "h")
        link.drafts.set(1, "hello")
        await clock.advance(200)
        expect(device.get("drafts")?.size ?? 0).toBe(0)
        await clock.advance(200)
        expect(device.get("drafts")?.get("1")).toBe("hello")
        link.drafts.set(2, "x")
        environment.leave()
        await clock.advance(0)
        const again = await page({ known: true })
        expect([again.drafts.get(1), again.drafts.get(2)]).toEqual(["hello", "x"])
        again.drafts.set(1, "")
        await clock.advance(400)
        expect(device.get("drafts")?.has("1")).toBe(false)
    })
})
