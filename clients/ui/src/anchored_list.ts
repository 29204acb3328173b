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
const OVERSCAN = 400

export class AnchoredList<R extends Row> {
    scrollTop = 0
    viewport = 0
    private rows_: readonly R[] = []
    private index_ = new Map<string, number>()
    private heights_ = new Map<string, number>()
    private sums_ = new Fenwick([])
    private followsEnd_ = true
    /** Where the eye was before the end of the list pushed it away, while it does. */
    private pushed_: readonly Anchor[] | null = null
    private readonly estimate_: (row: R) => number

    constructor(estimate: (row: R) => number) {
        this.estimate_ = estimate
    }

    get rows(): readonly R[] {
        return this.rows_
    }

    get total(): number {
        return this.sums_.total
    }

    get maxScroll(): number {
        return Math.max(0, this.total - this.viewport)
    }

    get isAtEnd(): boolean {
        return this.scrollTop >= this.maxScroll - END_SLACK
    }

    /** Whether the list moves by itself when something is added at the end. */
    get followsEnd(): boolean {
        return this.followsEnd_
    }

    /** The person scrolled (or the browser did): the eye is elsewhere now. */
    scrolled(scrollTop: number): void {
        if (Math.abs(scrollTop - this.scrollTop) > 1) this.pushed_ = null
        this.scrollTop = scrollTop
        this.followsEnd_ = this.isAtEnd
    }

    setViewport(height: number): void {
        this.keeping_(() => {
            this.viewport = height
        })
    }

    setRows(rows: readonly R[]): void {
        this.keeping_(() => {
            const old = this.rows_
            const values = new Float64Array(rows.length)
            let same = 0
            for (; same < rows.length && rows[same]?.key === old[same]?.key; same++)
                values[same] = this.sums_.value(same)
            /* Most changes are at the end: what stands before them stays as it is. */
            for (let i = same; i < old.length; i++) this.index_.delete(old[i]?.key ?? "")
            for (let i = same; i < rows.length; i++) {
                const row = rows[i]
                if (row === undefined) continue
                this.index_.set(row.key, i)
                values[i] = this.heights_.get(row.key) ?? this.estimate_(row)
            }
            this.rows_ = rows
            this.sums_ = new Fenwick(values)
        })
    }

    /** Measured heights by key. Answers whether anything was different. */
    setHeights(measured: Iterable<readonly [string, number]>): boolean {
        let changed = false
        this.keeping_(() => {
            for (const [key, height] of measured) {
                this.heights_.set(key, height)
                const index = this.index_.get(key)
                if (index === undefined || this.sums_.value(index) === height) continue
                this.sums_.set(index, height)
                changed = true
            }
        })
        return changed
    }

    /** Font or width changed: what was measured is no longer true. */
    forgetHeights(): void {
        const rows = this.rows_
        this.keeping_(() => {
            this.heights_.clear()
            this.sums_ = new Fenwick(rows.map((row) => this.estimate_(row)))
        })
    }

    indexOf(key: string): number | undefined {
        return this.index_.get(key)
    }

    offsetOf(index: number): number {
        return this.sums_.before(index)
    }

    scrollToEnd(): void {
        this.pushed_ = null
        this.followsEnd_ = true
        this.scrollTop = this.maxScroll
    }

    /** Brings a row to the top of the view, or so that `part` of the view is above it. */
    scrollTo(key: string, part = 0): boolean {
        const index = this.index_.get(key)
        if (index === undefined) return false
        this.pushed_ = null
        const top = this.offsetOf(index) - this.viewport * part
        this.scrollTop = Math.max(0, Math.min(top, this.maxScroll))
        this.followsEnd_ = false
        return true
    }

    window(): Window {
        if (this.rows_.length === 0) return { from: 0, to: 0, paddingTop: 0, paddingBottom: 0 }
        const from = this.sums_.indexAt(Math.max(0, this.scrollTop - OVERSCAN))
        const to = this.sums_.indexAt(this.scrollTop + this.viewport + OVERSCAN) + 1
        return {
            from,
            to,
            paddingTop: this.offsetOf(from),
            paddingBottom: this.total - this.offsetOf(to),
        }
    }

    /** Rows of which at least `part` is in view. */
    visible(part: number): R[] {
        const rows: R[] = []
        const bottom = this.scrollTop + this.viewport
        for (let i = this.sums_.indexAt(this.scrollTop); i < this.rows_.length; i++) {
            const top = this.offsetOf(i)
            if (top >= bottom) break
            const height = Math.max(1, this.sums_.value(i))
            const shown = Math.min(top + height, bottom) - Math.max(top, this.scrollTop)
            /* A row taller than the view counts when it fills the view. */
            if (shown / Math.min(height, this.viewport) >= part) {
                const row = this.rows_[i]
                if (row !== undefined) rows.push(row)
            }
        }
        return rows
    }

    /** Runs a change and puts the anchor back where it was on the screen. */
    private keeping_(change: () => void): void {
        const anchors = this.pushed_ ?? this.anchors_()
        this.pushed_ = null
        change()
        if (this.followsEnd_) {
            this.scrollTop = this.maxScroll
            return
        }
        for (const { key, onScreen } of anchors) {
            const index = this.index_.get(key)
            if (index === undefined) continue
            const wanted = this.offsetOf(index) - onScreen
            this.scrollTop = Math.max(0, Math.min(wanted, this.maxScroll))
            /* Rows not measured yet may make room again: then it goes back. */
            if (Math.abs(wanted - this.scrollTop) > 1) this.pushed_ = anchors
            return
        }
    }

    /**
     * The rows in view and where they are on the screen; the first still there counts.
     * One cut off at the top comes last: what grows in it grows out of sight.
     */
    private anchors_(): Anchor[] {
        const anchors: Anchor[] = []
        if (this.rows_.length === 0) return anchors
        const bottom = this.scrollTop + this.viewport
        for (let i = this.sums_.indexAt(this.scrollTop); i < this.rows_.length; i++) {
            const top = this.offsetOf(i)
            const row = this.rows_[i]
            if (top >= bottom && anchors.length > 0) break
            if (row !== undefined) anchors.push({ key: row.key, onScreen: top - this.scrollTop })
        }
        const [first] = anchors
        /* What is cut off comes last, and so does the very first row: older ones come below it. */
        if (first !== undefined && (first.onScreen < 0 || first.key === this.rows_[0]?.key))
            anchors.push(...anchors.splice(0, 1))
        return anchors
    }
}
