/* What waits for whom: watched, listed page by page, and never older than what was said. */

import { WorkKind, WorkUrgency, WorkWaiting } from "@hall/wire"
import type { WorkView } from "@hall/wire"
import { describe, expect, test } from "vitest"
import { Work } from "../src/work.ts"
import { play } from "./start_link.ts"

function item(entityId: number, change: Partial<WorkView> = {}): WorkView {
    return {
        workKind: WorkKind.dispute, entityId, no: `D-${entityId}`, state: 1, stateVersion: 1,
        urgency: WorkUrgency.blue, titleCode: 5, waitingFor: WorkWaiting.officer, createdAt: 1,
        updatedAt: 100, ...change,
    }
}

/** A server with this work, in pages of two; `listing` counts how often it was asked. */
async function desk(items: WorkView[]) {
    const played = play()
    const seen = { watches: 0, pages: 0, onPage: (): void => undefined }
    played.peer.intercept = (frame, socket) => {
        if (frame.name === "work_watch") seen.watches += 1
        if (frame.name !== "work_list") return false
        seen.pages += 1
        const from = Number(frame.body.cursor ?? 0)
        const page = items.slice(from, from + 2)
        seen.onPage()
        socket.push("work_page", frame.seq, {
            items: page, ...(from + 2 < items.length ? { nextCursor: String(from + 2) } : {}),
        })
        return true
    }
    const link = await played.page()
    const work = new Work(link, () => undefined)
    await played.clock.advance(200)
    return { ...played, link, work, seen }
}

const ids = (work: Work): number[] => [...work.items.values()].map(({ entityId }) => entityId).sort()

describe("work", () => {
    test("is watched before it is listed, page by page", async () => {
        const { work, seen } = await desk([item(1), item(2), item(3), item(4), item(5)])
        expect(work.state).toBe("listed")
        expect(seen).toMatchObject({ watches: 1, pages: 3 })
        expect(ids(work)).toEqual([1, 2, 3, 4, 5])
    })

    test("follows what changes, ends and comes", async () => {
        const { work, peer, clock } = await desk([item(1), item(2)])
        const { socket } = peer
        socket.push("work_changed", 0, {
            workKind: WorkKind.dispute, entityId: 1, item: item(1, { updatedAt: 200, stateVersion: 2 }),
        })
        socket.push("work_changed", 0, { workKind: WorkKind.dispute, entityId: 2 })
        socket.push("work_changed", 0, { workKind: WorkKind.dispute, entityId: 3, item: item(3) })
        await clock.advance(50)
        expect(ids(work)).toEqual([1, 3])
        expect(work.items.get("2 1")?.stateVersion).toBe(2)
    })

    test("an older version does not replace a newer one", async () => {
        const { work, peer, clock } = await desk([item(1, { updatedAt: 300, stateVersion: 3 })])
        peer.socket.push("work_changed", 0, {
            workKind: WorkKind.dispute, entityId: 1, item: item(1, { updatedAt: 200, stateVersion: 2 }),
        })
        await clock.advance(50)
        expect(work.items.get("2 1")?.stateVersion).toBe(3)
    })

    test("what ended while a page was on its way does not come back with it", async () => {
        const { work, peer, clock, seen } = await desk([item(1), item(2)])
        seen.onPage = () => {
            peer.socket.push("work_changed", 0, { workKind: WorkKind.dispute, entityId: 2 })
        }
        peer.socket.push("work_reset", 0, {})
        await clock.advance(100)
        expect(ids(work)).toEqual([1])
    })

    test("asked anew after a lost connection; what is gone by then is gone", async () => {
        const items = [item(1), item(2)]
        const { work, peer, clock, seen } = await desk(items)
        items.splice(0, 1)
        peer.socket.close(1006)
        await clock.advance(5_000)
        expect(seen.watches).toBe(2)
        expect(ids(work)).toEqual([2])
    })

    test("says when it could not be had", async () => {
        const played = play()
        played.peer.intercept = (frame, socket) => {
            if (frame.name !== "work_watch") return false
            socket.push("error", frame.seq, { code: 7 })
            return true
        }
        const work = new Work(await played.page(), () => undefined)
        await played.clock.advance(100)
        expect(work.state).toBe("failed")
    })

    test("nothing of it is left after logging out", async () => {
        const { work, link } = await desk([item(1)])
        await link.leave()
        expect(ids(work)).toEqual([])
    })
})
