/* What needs a hand next, which of it one wants to see, and its name in an address. */

import { WorkKind, WorkPart, WorkUrgency, WorkWaiting } from "@hall/wire"
import type { WorkView } from "@hall/wire"
import { describe, expect, test } from "vitest"
import { byNeed, fits, keyOfName, keyParts, nameOfKey, NO_FILTER, rowKey } from "../src/features/work/queue.ts"
import type { QueueFilter } from "../src/features/work/queue.ts"

function item(entityId: number, change: Partial<WorkView> = {}): WorkView {
    return {
        workKind: WorkKind.dispute, entityId, no: `D-${entityId}`, state: 1, stateVersion: 1,
        urgency: WorkUrgency.blue, titleCode: 5, waitingFor: WorkWaiting.officer, createdAt: 1,
        updatedAt: 1, ...change,
    }
}

describe("the order", () => {
    test("is time left, then gravity, kind and number; without a time last", () => {
        const sorted = [
            item(1), item(2, { nextDueAt: 50 }), item(3, { nextDueAt: 20 }),
            item(4, { nextDueAt: 50, urgency: WorkUrgency.red }),
            item(5, { nextDueAt: 50, workKind: WorkKind.alert }), item(6, { urgency: WorkUrgency.red }),
        ].sort(byNeed)
        expect(sorted.map(({ entityId }) => entityId)).toEqual([3, 4, 5, 2, 6, 1])
    })
})

describe("the filters", () => {
    const me = { ownId: 7, now: 100, words: "D-1 Noise Liu" }
    const look = (change: Partial<QueueFilter>, of: WorkView): boolean =>
        fits(of, { ...NO_FILTER, ...change }, me)

    test("none lets everything through", () => {
        expect(look({}, item(1))).toBe(true)
    })
    test("kind and urgency", () => {
        expect(look({ kind: WorkKind.alert }, item(1))).toBe(false)
        expect(look({ kind: WorkKind.dispute, urgency: WorkUrgency.blue }, item(1))).toBe(true)
        expect(look({ urgency: WorkUrgency.red }, item(1))).toBe(false)
    })
    test("mine is what I lead or was given, not what was offered to me", () => {
        expect(look({ isMine: true }, item(1))).toBe(false)
        expect(look({ isMine: true }, item(1, { leadAccountId: 7 }))).toBe(true)
        expect(look({ isMine: true }, item(1, { myPart: WorkPart.assigned }))).toBe(true)
        expect(look({ isMine: true }, item(1, { myPart: WorkPart.offered }))).toBe(false)
    })
    test("overdue", () => {
        expect(look({ isOverdue: true }, item(1, { nextDueAt: 99 }))).toBe(true)
        expect(look({ isOverdue: true }, item(1, { nextDueAt: 101 }))).toBe(false)
        expect(look({ isOverdue: true }, item(1))).toBe(false)
    })
    test("words of the row", () => {
        expect(look({ text: " noise " }, item(1))).toBe(true)
        expect(look({ text: "parking" }, item(1))).toBe(false)
    })
})

describe("an item's name in an address", () => {
    test("leads to it and back", () => {
        for (const workKind of Object.values(WorkKind))
            for (const entityId of [1, 42, 90_071_992_547]) {
                const key = rowKey({ workKind, entityId })
                expect(keyOfName(nameOfKey(key))).toBe(key)
                expect(keyParts(key)).toEqual({ kind: workKind, id: entityId })
            }
    })
    test("anything else leads nowhere", () => {
        for (const name of ["", "d", "x7", "d0", "d-1", "7", "d7d"]) expect(keyOfName(name)).toBeNull()
    })
})
