/*
 * steady_list: a list that does not move under the hand.
 * What is new waits until somebody takes it in; what has gone stays, marked, until then;
 * what has changed changes in its place.
 */

export interface SteadyRow<T> {
    readonly key: number
    readonly item: T
    readonly isGone: boolean
    /** Changed by somebody since it was drawn: grows with every change. */
    readonly changes: number
}

export interface SteadyParts<T> {
    readonly keyOf: (item: T) => number
    readonly versionOf: (item: T) => number
}

export class SteadyList<T> {
    private readonly parts_: SteadyParts<T>
    private rows_: readonly SteadyRow<T>[] = []
    private next_: readonly T[] = []
    private isFilled_ = false

    constructor(parts: SteadyParts<T>) {
        this.parts_ = parts
    }

    get rows(): readonly SteadyRow<T>[] {
        return this.rows_
    }

    /** How many wait to be taken in. */
    get waiting(): number {
        const shown = new Set(this.rows_.map((row) => row.key))
        return this.next_.filter((item) => !shown.has(this.parts_.keyOf(item))).length
    }

    /** What there is now, in the order it should stand in. */
    update(next: readonly T[]): void {
        this.next_ = next
        /* Nothing on screen yet: nothing that could move. */
        if (!this.isFilled_ || this.rows_.every((row) => row.isGone)) {
            this.takeIn()
            return
        }
        const now = new Map(next.map((item) => [this.parts_.keyOf(item), item]))
        this.rows_ = this.rows_.map((row) => {
            const item = now.get(row.key)
            if (item === undefined) return row.isGone ? row : { ...row, isGone: true }
            if (item === row.item && !row.isGone) return row
            const { versionOf } = this.parts_
            const changes = row.changes + (versionOf(item) === versionOf(row.item) ? 0 : 1)
            return { key: row.key, item, isGone: false, changes }
        })
    }

    takeIn(): void {
        this.isFilled_ = this.next_.length > 0
        this.rows_ = this.next_.map((item) => ({
            key: this.parts_.keyOf(item), item, isGone: false, changes: 0,
        }))
    }
}
