/* Heights of rows with their sums: change one, ask for an offset, find a row, all in log n. */

export class Fenwick {
    private readonly sums_: Float64Array
    private readonly values_: Float64Array

    constructor(values: ArrayLike<number>) {
        const count = values.length
        this.values_ = Float64Array.from(values)
        this.sums_ = new Float64Array(count + 1)
        for (let i = 1; i <= count; i++) {
            this.sums_[i] = (this.sums_[i] ?? 0) + (this.values_[i - 1] ?? 0)
            const parent = i + (i & -i)
            if (parent <= count) this.sums_[parent] = (this.sums_[parent] ?? 0) + (this.sums_[i] ?? 0)
        }
    }

    get length(): number {
        return this.values_.length
    }

    value(index: number): number {
        return this.values_[index] ?? 0
    }

    set(index: number, value: number): void {
        const change = value - this.value(index)
        if (change === 0) return
        this.values_[index] = value
        for (let i = index + 1; i < this.sums_.length; i += i & -i)
            this.sums_[i] = (this.sums_[i] ?? 0) + change
    }

    /** Sum of the first `count` values. */
    before(count: number): number {
        let sum = 0
        for (let i = Math.min(count, this.length); i > 0; i -= i & -i) sum += this.sums_[i] ?? 0
        return sum
    }

    get total(): number {
        return this.before(this.length)
    }

    /** The index of the value in which `offset` lies; the last one beyond the end. */
    indexAt(offset: number): number {
        let index = 0
        let left = offset
        let step = 1
        while (step * 2 <= this.length) step *= 2
        for (; step > 0; step >>= 1) {
            const next = index + step
            const sum = this.sums_[next]
            if (sum !== undefined && sum <= left) {
                index = next
                left -= sum
            }
        }
        return Math.max(0, Math.min(index, this.length - 1))
    }
}
