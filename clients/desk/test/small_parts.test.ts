/* What is found by a few characters, lengths of time, which hall comes next, roles. */

import { Role, ScopeKind } from "@hall/wire"
import { describe, expect, test } from "vitest"
import { clockLength, roughLength } from "../src/app/durations.ts"
import { rankFinds } from "../src/app/finds.ts"
import { hasDesk } from "../src/app/roles.ts"
import { addRoom, nextUnread, stepRoom } from "../src/features/hall/open_rooms.ts"

describe("finding", () => {
    const finds = [
        { name: "Alerts", hint: "G P" }, { name: "Halls", hint: "G M" },
        { name: "East hall", hint: "F-12" },
    ]
    const names = (typed: string): string[] => rankFinds(finds, typed).map(({ name }) => name)

    test("what begins with it comes before what has it inside", () => {
        expect(names("hall")).toEqual(["Halls", "East hall"])
    })
    test("every word counts, numbers and wide letters too", () => {
        expect(names("east f-12")).toEqual(["East hall"])
        expect(names("\uff28all")).toEqual(["Halls", "East hall"])
        expect(names("nothing")).toEqual([])
        expect(names("").length).toBe(3)
    })
})

describe("lengths of time", () => {
    test("as a clock", () => {
        expect([0, 22_000, 725_999, 11_230_000, -5].map(clockLength)).toEqual([
            "0:00", "0:22", "12:05", "3:07:10", "0:00",
        ])
    })
    test("as people say them", () => {
        expect(roughLength(59 * 60_000)).toEqual({ unit: "minutes", count: 59 })
        expect(roughLength(-90 * 60_000)).toEqual({ unit: "hours", count: 1 })
        expect(roughLength(12 * 24 * 3_600_000)).toEqual({ unit: "days", count: 12 })
    })
})

describe("halls side by side", () => {
    test("the second gives way, one is never there twice", () => {
        expect(addRoom([], 1)).toEqual([1])
        expect(addRoom([1], 2)).toEqual([1, 2])
        expect(addRoom([1, 2], 3)).toEqual([1, 3])
        expect(addRoom([1], 1)).toEqual([1])
    })
    test("next, previous, and the next with something new", () => {
        expect(stepRoom([1, 2, 3], 2, 1)).toBe(3)
        expect(stepRoom([1, 2, 3], 3, 1)).toBe(3)
        expect(stepRoom([1, 2, 3], undefined, 1)).toBe(1)
        expect(stepRoom([], 1, 1)).toBeNull()
        const rooms = [{ id: 1, unread: 4 }, { id: 2, unread: 0 }, { id: 3, unread: 2 }]
        expect(nextUnread(rooms, [1])).toBe(3)
        expect(nextUnread(rooms, [3])).toBe(1)
        expect(nextUnread(rooms, [1, 3])).toBeNull()
    })
})

describe("who has a desk", () => {
    const grant = (role: Role) => ({ role, scopeKind: ScopeKind.station, scopeId: 1, expiresAt: 1 })
    test("those on duty, not residents", () => {
        expect(hasDesk([grant(Role.dispatcher)])).toBe(true)
        expect(hasDesk([grant(Role.resident), grant(Role.unitLeader)])).toBe(false)
        expect(hasDesk([])).toBe(false)
    })
})
