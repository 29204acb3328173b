/* Sorted, disjoint, non-adjacent ranges of seqs that are held without a gap. */

export interface Range {
    readonly from: number
    readonly to: number
}

/** Adds one range and joins what touches it. */
export function addRange(ranges: readonly Range[], added: Range): Range[] {
    const result: Range[] = []
    let { from, to } = added
    let placed = false
    for (const range of ranges) {
        if (range.to + 1 < from) result.push(range)
        else if (range.from > to + 1) {
            if (!placed) result.push({ from, to })
            placed = true
            result.push(range)
        } else {
            from = Math.min(from, range.from)
            to = Math.max(to, range.to)
        }
    }
    if (!placed) result.push({ from, to })
    return result
}

/** The range that holds `seq`, if any. */
export function rangeAt(ranges: readonly Range[], seq: number): Range | undefined {
    return ranges.find((range) => range.from <= seq && seq <= range.to)
}

/** Splits seqs in ascending order into ranges without gaps. */
export function rangesOf(seqs: readonly number[]): Range[] {
    let ranges: Range[] = []
    for (const seq of seqs) ranges = addRange(ranges, { from: seq, to: seq })
    return ranges
}
