import { describe, expect, test } from "vitest"
import { AnchoredList } from "../src/anchored_list.ts"
import { Fenwick } from "../src/fenwick.ts"

interface TestRow {
    readonly key: string
    readonly height: number
}

function random(seed: number): (below: number) => number {
    let state = seed * 2_654_435_761
    return (below) => {
        state ^= state << 13
        state ^= state >>> 17
        state ^= state << 5
        return (state >>> 0) % below
    }
}

describe("Fenwick", () => {
    test("sums and finds like a plain loop does", () => {
        const next = random(5)
        const values = Array.from({ length: 300 }, () => next(90))
        const sums = new Fenwick(values)
        for (let round = 0; round < 500; round++) {
            const at = next(values.length)
            values[at] = next(120)
            sums.set(at, values[at] ?? 0)
            const count = next(values.length + 1)
            expect(sums.before(count)).toBe(values.slice(0, count).reduce((a, b) => a + b, 0))
            const offset = next(sums.total + 50)
            let index = 0
            let left = offset
            while (index < values.length - 1 && left >= (values[index] ?? 0)) {
                left -= values[index] ?? 0
                index += 1
            }
            expect(sums.indexAt(offset)).toBe(index)
        }
    })
})

/** The component's part: measure what is in the window until nothing changes. */
function measure(list: AnchoredList<TestRow>): void {
    for (let round = 0; round < 20; round++) {
        const { from, to } = list.window()
        const rows = list.rows.slice(from, to)
        if (!list.setHeights(rows.map((row) => [row.key, row.height] as const))) return
    }
}

function make(count: number, next: (below: number) => number): TestRow[] {
    return Array.from({ length: count }, (_x, i) => ({ key: `r${i}`, height: 20 + next(200) }))
}

function onScreen(list: AnchoredList<TestRow>, key: string): number {
    return list.offsetOf(list.indexOf(key) ?? 0) - list.scrollTop
}

describe("AnchoredList", () => {
    for (const seed of [1, 2, 3, 4, 5])
        test(`what is read does not move, whatever happens around it (seed ${seed})`, () => {
            const next = random(seed)
            const list = new AnchoredList<TestRow>(() => 70)
            let rows = make(400, next)
            let fresh = 0
            list.setViewport(700)
            list.setRows(rows)
            measure(list)
            for (let round = 0; round < 400; round++) {
                list.scrolled(next(Math.max(1, Math.floor(list.maxScroll))))
                if (list.followsEnd) continue /* pinned to the end: another test */
                measure(list)
                if (list.scrollTop >= list.maxScroll - 1) continue
                const read = list.visible(1)[0]?.key
                if (read === undefined) continue
                const before = onScreen(list, read)
                const at = rows.findIndex((row) => row.key === read)
                const added = Array.from({ length: 1 + next(30) }, () => ({
                    key: `n${++fresh}`, height: 10 + next(300),
                }))
                const what = next(4)
                if (what === 0) rows = [...added, ...rows]
                if (what === 1) rows = [...rows, ...added]
                if (what === 2) rows = rows.filter((_r, i) => i === at || next(9) > 0)
                if (what === 3)
                    rows = rows.map((r) => (next(5) === 0 ? { ...r, height: 15 + next(250) } : r))
                list.setRows(rows)
                measure(list)
                const stuck = list.scrollTop === 0 || list.scrollTop >= list.maxScroll - 1
                if (!stuck) expect(Math.abs(onScreen(list, read) - before)).toBeLessThanOrEqual(1)
            }
        })

    test("at the end it follows, anywhere else it stays", () => {
        const next = random(9)
        const list = new AnchoredList<TestRow>(() => 70)
        let rows = make(100, next)
        list.setViewport(500)
        list.setRows(rows)
        measure(list)
        expect(list.isAtEnd).toBe(true)
        rows = [...rows, { key: "new", height: 333 }]
        list.setRows(rows)
        measure(list)
        expect(list.isAtEnd).toBe(true)
        expect(list.visible(0.9).map((row) => row.key)).toContain("new")
        list.scrolled(list.maxScroll - 400)
        const at = list.scrollTop
        list.setRows([...rows, { key: "newer", height: 50 }])
        measure(list)
        expect(list.scrollTop).toBe(at)
    })

    test("the keyboard makes the view smaller: the end stays in sight", () => {
        const list = new AnchoredList<TestRow>(() => 50)
        list.setViewport(600)
        list.setRows(make(60, random(3)))
        measure(list)
        list.setViewport(300)
        expect(list.isAtEnd).toBe(true)
    })

    test("when the row being read is taken away its neighbour stays", () => {
        const list = new AnchoredList<TestRow>(() => 50)
        const rows = Array.from({ length: 60 }, (_x, i) => ({ key: `r${i}`, height: 50 }))
        list.setViewport(300)
        list.setRows(rows)
        list.scrolled(1000)
        list.setRows(rows.filter((row) => row.key !== "r20"))
        expect(onScreen(list, "r21")).toBe(50)
    })

    test("jumping puts the row where it is asked to be", () => {
        const list = new AnchoredList<TestRow>(() => 50)
        list.setViewport(400)
        list.setRows(make(500, random(4)))
        expect(list.scrollTo("r250", 0.25)).toBe(true)
        measure(list)
        expect(Math.abs(onScreen(list, "r250") - 100)).toBeLessThanOrEqual(200)
        expect(list.scrollTo("nowhere")).toBe(false)
    })

    test("older rows that come below the very first one do not move what is read at the top", () => {
        const list = new AnchoredList<TestRow>((row) => row.height)
        const start = { key: "start", height: 40 }
        const rows = make(100, random(9))
        list.setViewport(700)
        list.setRows([start, ...rows])
        list.scrolled(0)
        const before = onScreen(list, "r0")
        const older = make(100, random(11)).map((row) => ({ ...row, key: `older ${row.key}` }))
        list.setRows([start, ...older, ...rows])
        expect(Math.abs(onScreen(list, "r0") - before)).toBeLessThanOrEqual(1)
    })
})
