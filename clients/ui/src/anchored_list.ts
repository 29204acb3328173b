/*
 * anchored_list: where rows are and where the eye is.
 * Knows measured heights (by key, so that they survive changes of the list) and keeps
 * the anchor, the first row in sight, at its place on the screen whatever happens
 * above it. No DOM: the component tells it what it measured.
 */

import { Fenwick } from "./fenwick.ts"

export interface Row {
    readonly key: string
}

interface Anchor {
    readonly key: string
    readonly onScreen: number
}

export interface Window {
    readonly from: number
    /** Exclusive. */
    readonly to: number
    readonly paddingTop: number
    readonly paddingBottom: number
}

/** So near to the end counts as being there. */
export const END_SLACK = 24
const OVERSCAN = 600

export class AnchoredList<R extends Row> {
    scrollTop = 0
    viewport = 0
    #rows: readonly R[] = []
    #index = new Map<string, number>()
    #heights = new Map<string, number>()
    #sums = new Fenwick([])
    #followsEnd = true
    /** Where the eye was before the end of the list pushed it away, while it does. */
    #pushed: readonly Anchor[] | null = null
    readonly #estimate: (row: R) => number

    constructor(estimate: (row: R) => number) {
        this.#estimate = estimate
    }

    get rows(): readonly R[] {
        return this.#rows
    }

    get total(): number {
        return this.#sums.total
    }

    get maxScroll(): number {
        return Math.max(0, this.total - this.viewport)
    }

    get isAtEnd(): boolean {
        return this.scrollTop >= this.maxScroll - END_SLACK
    }

    /** Whether the list moves by itself when something is added at the end. */
    get followsEnd(): boolean {
        return this.#followsEnd
    }

    /** The person scrolled (or the browser did): the eye is elsewhere now. */
    scrolled(scrollTop: number): void {
        if (Math.abs(scrollTop - this.scrollTop) > 1) this.#pushed = null
        this.scrollTop = scrollTop
        this.#followsEnd = this.isAtEnd
    }

    setViewport(height: number): void {
        this.#keeping(() => {
            this.viewport = height
        })
    }

    setRows(rows: readonly R[]): void {
        this.#keeping(() => {
            this.#rows = rows
            this.#index = new Map(rows.map((row, index) => [row.key, index]))
            this.#sums = new Fenwick(
                rows.map((row) => this.#heights.get(row.key) ?? this.#estimate(row)),
            )
        })
    }

    /** Measured heights by key. Answers whether anything was different. */
    setHeights(measured: Iterable<readonly [string, number]>): boolean {
        let changed = false
        this.#keeping(() => {
            for (const [key, height] of measured) {
                this.#heights.set(key, height)
                const index = this.#index.get(key)
                if (index === undefined || this.#sums.value(index) === height) continue
                this.#sums.set(index, height)
                changed = true
            }
        })
        return changed
    }

    /** Font or width changed: what was measured is no longer true. */
    forgetHeights(): void {
        this.#heights.clear()
        this.setRows(this.#rows)
    }

    indexOf(key: string): number | undefined {
        return this.#index.get(key)
    }

    offsetOf(index: number): number {
        return this.#sums.before(index)
    }

    scrollToEnd(): void {
        this.#pushed = null
        this.#followsEnd = true
        this.scrollTop = this.maxScroll
    }

    /** Brings a row to the top of the view, or so that `part` of the view is above it. */
    scrollTo(key: string, part = 0): boolean {
        const index = this.#index.get(key)
        if (index === undefined) return false
        this.#pushed = null
        const top = this.offsetOf(index) - this.viewport * part
        this.scrollTop = Math.max(0, Math.min(top, this.maxScroll))
        this.#followsEnd = false
        return true
    }

    window(): Window {
        if (this.#rows.length === 0) return { from: 0, to: 0, paddingTop: 0, paddingBottom: 0 }
        const from = this.#sums.indexAt(Math.max(0, this.scrollTop - OVERSCAN))
        const to = this.#sums.indexAt(this.scrollTop + this.viewport + OVERSCAN) + 1
        return {
            from,
            to,
            paddingTop: this.offsetOf(from),
            paddingBottom: this.total - this.offsetOf(to),
        }
    }

    /** Keys of rows of which at least `part` is in view. */
    visibleKeys(part: number): string[] {
        const keys: string[] = []
        const bottom = this.scrollTop + this.viewport
        for (let i = this.#sums.indexAt(this.scrollTop); i < this.#rows.length; i++) {
            const top = this.offsetOf(i)
            if (top >= bottom) break
            const height = Math.max(1, this.#sums.value(i))
            const shown = Math.min(top + height, bottom) - Math.max(top, this.scrollTop)
            /* A row taller than the view counts when it fills the view. */
            if (shown / Math.min(height, this.viewport) >= part) {
                const row = this.#rows[i]
                if (row !== undefined) keys.push(row.key)
            }
        }
        return keys
    }

    /** Runs a change and puts the anchor back where it was on the screen. */
    #keeping(change: () => void): void {
        const anchors = this.#pushed ?? this.#anchors()
        this.#pushed = null
        change()
        if (this.#followsEnd) {
            this.scrollTop = this.maxScroll
            return
        }
        for (const { key, onScreen } of anchors) {
            const index = this.#index.get(key)
            if (index === undefined) continue
            const wanted = this.offsetOf(index) - onScreen
            this.scrollTop = Math.max(0, Math.min(wanted, this.maxScroll))
            /* Rows not measured yet may make room again: then it goes back. */
            if (Math.abs(wanted - this.scrollTop) > 1) this.#pushed = anchors
            return
        }
    }

    /**
     * The rows in view and where they are on the screen; the first still there counts.
     * One cut off at the top comes last: what grows in it grows out of sight.
     */
    #anchors(): Anchor[] {
        const anchors: Anchor[] = []
        if (this.#rows.length === 0) return anchors
        const bottom = this.scrollTop + this.viewport
        for (let i = this.#sums.indexAt(this.scrollTop); i < this.#rows.length; i++) {
            const top = this.offsetOf(i)
            const row = this.#rows[i]
            if (top >= bottom && anchors.length > 0) break
            if (row !== undefined) anchors.push({ key: row.key, onScreen: top - this.scrollTop })
        }
        const [first] = anchors
        if (first !== undefined && first.onScreen < 0) anchors.push(...anchors.splice(0, 1))
        return anchors
    }
}
