/* The states of the link, what waits for what, and who decides how long. */

import { CloseReason, ErrorCode } from "@hall/wire"
import { describe, expect, test } from "vitest"
import { BACKOFF_MS, backoffMs } from "../src/backoff.ts"
import { RefusedReason } from "../src/link_state.ts"
import { play } from "./start_link.ts"

describe("waiting between attempts", () => {
    test("grows to thirty seconds, spread by thirty per cent", () => {
        for (const [attempt, step] of BACKOFF_MS.entries()) {
            expect(backoffMs(attempt, 0)).toBe(Math.round(step * 0.7))
            expect(backoffMs(attempt, 0.5)).toBe(step)
            expect(backoffMs(attempt, 1)).toBe(Math.round(step * 1.3))
        }
        expect(backoffMs(99, 0.5)).toBe(30_000)
    })

    test("is never shorter than the server asked for", () => {
        for (const fraction of [0, 0.3, 0.99])
            expect(backoffMs(0, fraction, 7000)).toBeGreaterThanOrEqual(7000)
    })
})

describe("states", () => {
    test("idle, connecting, open, live", async () => {
        const { clock, peer, page } = play()
        peer.addRoom(1)
        const link = await page()
        const seen: string[] = [link.state.name]
        link.signals.state.on((state) => seen.push(state.name))
        await clock.advance(1000)
        expect(seen).toEqual(["connecting", "open", "live"])
    })

    test("a server that is down is tried again, later and later; being seen skips the wait", async () => {
        const { clock, environment, peer, page } = play()
        peer.isDown = true
        const link = await page()
        await clock.advance(10)
        expect(link.state).toMatchObject({ name: "waiting", attempt: 1 })
        await clock.advance(20_000)
        const tries = peer.sockets.length
        expect(tries).toBeGreaterThanOrEqual(4)
        expect(tries).toBeLessThanOrEqual(7)
        peer.isDown = false
        environment.wake()
        await clock.advance(100)
        expect(link.state.name).toBe("live")
    })

    test("without a network it is offline, and back at once when there is one", async () => {
        const { clock, environment, peer, page } = play()
        peer.addRoom(1)
        const link = await page()
        await clock.advance(100)
        environment.goOffline()
        expect(link.state.name).toBe("offline")
        environment.goOnline()
        await clock.advance(100)
        expect(link.state.name).toBe("live")
    })

    test("the wait the server names in closing is kept", async () => {
        const { clock, peer, page } = play()
        const link = await page()
        await clock.advance(100)
        peer.socket.push("closing", 0, { reason: CloseReason.goingAway, retryAfterMs: 9000 })
        peer.socket.push("pong", 0, { serverTime: 0, heads: [], revocationSeq: 0 })
        await clock.advance(10)
        peer.socket.close(4001)
        await clock.advance(8900)
        expect(link.state.name).toBe("waiting")
        await clock.advance(4000)
        expect(link.state.name).toBe("live")
    })

    for (const [code, reason] of [
        [4401, RefusedReason.unauthenticated],
        [4000 + CloseReason.loggedOut, RefusedReason.loggedOut],
        [4000 + CloseReason.accountDisabled, RefusedReason.accountDisabled],
        [4000 + CloseReason.replaced, RefusedReason.replaced],
        [4000 + CloseReason.protocolError, RefusedReason.protocolError],
    ] as const)
        test(`close code ${code} is a refusal (${reason}) and nobody tries again`, async () => {
            const { clock, peer, page } = play()
            const link = await page()
            await clock.advance(100)
            peer.socket.close(code)
            await clock.advance(600_000)
            expect(link.state).toEqual({ name: "refused", reason })
            expect(peer.sockets.length).toBe(1)
        })

    for (const code of [1006, 4000 + CloseReason.slowReader, 4000 + CloseReason.roleRevoked, 1009])
        test(`close code ${code} means: come back`, async () => {
            const { clock, peer, page } = play()
            const link = await page()
            await clock.advance(100)
            peer.socket.close(code)
            await clock.advance(2000)
            expect(link.state.name).toBe("live")
        })

    test("an unsupported version is said, not retried", async () => {
        const { clock, peer, page } = play()
        peer.intercept = (frame, socket) => {
            if (frame.name !== "hello") return false
            socket.push("error", frame.seq, { code: ErrorCode.unsupportedVersion })
            return true
        }
        const link = await page()
        await clock.advance(60_000)
        expect(link.state).toEqual({ name: "refused", reason: RefusedReason.unsupportedVersion })
        expect(peer.sockets.length).toBe(1)
    })

    test("after logging in again a refused link goes on", async () => {
        const { clock, peer, page } = play()
        const link = await page()
        await clock.advance(100)
        peer.socket.close(4401)
        await clock.advance(100)
        link.connection.resumeAfterRefusal()
        await clock.advance(100)
        expect(link.state.name).toBe("live")
    })
})

describe("liveness", () => {
    test("pings while nothing happens; silence ends the connection", async () => {
        const { clock, peer, page } = play()
        const link = await page()
        await clock.advance(90_000)
        const pings = peer.socket.received.filter((frame) => frame.name === "ping")
        expect(pings.length).toBe(3)
        peer.intercept = (frame) => frame.name === "ping"
        await clock.advance(36_000)
        peer.intercept = null
        await clock.advance(5000)
        expect(peer.sockets.length).toBe(2)
        expect(link.state.name).toBe("live")
    })

    test("somebody looks again: three seconds for an answer, then a new connection", async () => {
        const { clock, environment, peer, page } = play()
        const link = await page()
        await clock.advance(100)
        peer.intercept = (frame) => frame.name === "ping"
        environment.wake()
        await clock.advance(2900)
        expect(peer.sockets.length).toBe(1)
        peer.intercept = null
        await clock.advance(300)
        expect(peer.sockets.length).toBe(2)
        expect(link.state.name).toBe("live")
    })

    test("a greeting that does not come is not waited for for ever", async () => {
        const { clock, peer, page } = play()
        peer.intercept = (frame) => frame.name === "hello"
        const link = await page()
        await clock.advance(12_100)
        expect(link.state.name).toBe("waiting")
        peer.intercept = null
        await clock.advance(5000)
        expect(link.state.name).toBe("live")
    })

    test("a request without a connection ends as lost, at once and once", async () => {
        const { clock, peer, page } = play()
        peer.addRoom(1)
        const link = await page()
        await clock.advance(100)
        peer.intercept = (frame) => frame.name === "message_search"
        const answers: string[] = []
        const ask = (): void => {
            void link
                .call("message_search", { text: "x", limit: 10 })
                .then((outcome) => answers.push(outcome.ok ? "ok" : outcome.error.kind))
        }
        ask()
        peer.socket.close()
        await clock.advance(1)
        expect(answers).toEqual(["lost"])
        ask()
        await clock.advance(1)
        expect(answers).toEqual(["lost", "lost"])
    })
})
