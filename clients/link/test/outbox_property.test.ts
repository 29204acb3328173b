/* P14: whatever is cut, nothing is lost, nothing doubled, the order is kept. */

import { ErrorCode } from "@hall/wire"
import { expect, test } from "vitest"
import { play } from "./start_link.ts"

for (const [seed, CUTS] of [[1, 1000], [2, 250], [3, 250]] as const)
    test(`${CUTS} random disconnects lose, double and reorder nothing (seed ${seed})`, async () => {
        const { clock, chance, environment, peer, page } = play(seed)
        for (const roomId of [1, 2, 3]) peer.addRoom(roomId)
        let cuts = 0
        peer.onSocket = (socket) => {
            if (cuts >= CUTS) return
            cuts += 1
            socket.cutAfter = 100 + chance.below(3000)
        }
        /* Now and then it is busy: what comes after must not overtake. */
        peer.intercept = (frame, socket) => {
            if (frame.name !== "message_post" || chance.fraction() > 0.05) return false
            socket.push("error", frame.seq, { code: ErrorCode.busy, retryAfterMs: 300 })
            return true
        }
        let link = await page()
        const written = new Map<number, string[]>([[1, []], [2, []], [3, []]])
        let count = 0
        let reloads = 0
        for (let step = 0; cuts < CUTS || step % 50 !== 0; step++) {
            const roomId = 1 + chance.below(3)
            if (chance.fraction() < 0.7 && link.me !== null) {
                const body = `m${++count}`
                link.post({ roomId, body })
                written.get(roomId)?.push(body)
            }
            if (chance.fraction() < 0.2) peer.say(roomId, `other ${step}`)
            if (chance.fraction() < 0.02) {
                /* A crash: the page is gone without a word, another one opens. */
                await clock.advance(0)
                link.connection.stop()
                link = await page({ known: true })
                reloads += 1
            }
            if (chance.fraction() < 0.3) environment.wake()
            await clock.advance(chance.below(400))
            expect(step).toBeLessThan(60_000)
        }
        await clock.advance(600_000)
        expect(link.state.name).toBe("live")
        expect(cuts).toBe(CUTS)
        expect(reloads).toBeGreaterThan(2)
        expect(link.outbox.entries).toEqual([])
        for (const [roomId, own] of written) {
            const room = peer.rooms.get(roomId)
            const stored = room?.messages.filter((m) => m.senderId === peer.accountId) ?? []
            expect(stored.map((m) => m.body)).toEqual(own)
            const feed = link.rooms.feeds.get(roomId)
            const live = feed?.liveRange
            expect(live?.to).toBe(room?.messages.length)
            const shown = feed?.slice(live?.from ?? 0, live?.to ?? 0) ?? []
            expect(shown.map((m) => m.seq)).toEqual(
                shown.map((_m, index) => (live?.from ?? 0) + index),
            )
            expect(shown.map((m) => m.body)).toEqual(
                room?.messages.slice((live?.from ?? 1) - 1).map((m) => m.body),
            )
        }
        expect(count).toBeGreaterThan(CUTS)
    }, 180_000)
