/* Rows do not move because others come, go or change. */

import { describe, expect, test } from "vitest"
import { SteadyList } from "../src/app/steady_list.ts"

interface Item {
    readonly id: number
    readonly version: number
}

const item = (id: number, version = 1): Item => ({ id, version })
const made = () => new SteadyList<Item>({ keyOf: ({ id }) => id, versionOf: ({ version }) => version })
const keys = (list: SteadyList<Item>): number[] => list.rows.map((row) => row.key)

describe("a steady list", () => {
    test("takes the first items as they are", () => {
        const list = made()
        list.update([])
        list.update([item(2), item(1)])
        expect(keys(list)).toEqual([2, 1])
        expect(list.waiting).toBe(0)
    })

    test("lets new ones wait until they are wanted", () => {
        const list = made()
        list.update([item(1), item(2)])
        list.update([item(3), item(1), item(4), item(2)])
        expect(keys(list)).toEqual([1, 2])
        expect(list.waiting).toBe(2)
        list.takeIn()
        expect(keys(list)).toEqual([3, 1, 4, 2])
        expect(list.waiting).toBe(0)
    })

    test("keeps what has gone in its place, marked", () => {
        const list = made()
        list.update([item(1), item(2), item(3)])
        list.update([item(3), item(1)])
        expect(keys(list)).toEqual([1, 2, 3])
        expect(list.rows.map((row) => row.isGone)).toEqual([false, true, false])
        list.update([item(3), item(2), item(1)])
        expect(list.rows.map((row) => row.isGone)).toEqual([false, false, false])
        list.update([item(1)])
        list.takeIn()
        expect(keys(list)).toEqual([1])
    })

    test("changes in place, counted once per version", () => {
        const list = made()
        list.update([item(1), item(2)])
        list.update([item(2, 2), item(1)])
        list.update([item(2, 2), item(1)])
        expect(list.rows.map((row) => [row.key, row.item.version, row.changes])).toEqual([
            [1, 1, 0], [2, 2, 1],
        ])
    })

    test("with nothing left on it takes in what comes", () => {
        const list = made()
        list.update([item(1)])
        list.update([])
        list.update([item(2)])
        expect(keys(list)).toEqual([2])
    })

    test("however much happens, no row that stays changes its place", () => {
        const list = made()
        let state = 7
        const next = (max: number): number => {
            state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
            return state % max
        }
        list.update(Array.from({ length: 20 }, (_x, i) => item(i)))
        for (let round = 0; round < 500; round++) {
            const before = keys(list)
            const ids = [...new Set(Array.from({ length: next(40) }, () => next(60)))]
            const wasEmpty = list.rows.every((row) => row.isGone)
            list.update(ids.map((id) => item(id, next(5))))
            if (!wasEmpty) expect(keys(list)).toEqual(before)
            if (next(5) === 0) list.takeIn()
        }
    })
})
