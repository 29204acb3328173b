/* What in a text looks like somebody's number, before everybody reads it. */

export type FoundKind = "phone" | "id" | "card"

export interface Found {
    readonly kind: FoundKind
    readonly from: number
    readonly to: number
    readonly text: string
}

const PATTERN = /\d{17}[Xx]|\d{16,19}|1[3-9]\d{9}/g
const ID = /^\d{6}(19|20)\d{2}(0\d|1[0-2])\d{5}[\dXx]$/

function isWhole(text: string, from: number, to: number): boolean {
    return !/\d/.test(text.charAt(from - 1)) && !/[\dXx]/.test(text.charAt(to))
}

export function findPersonalData(text: string): Found[] {
    const found: Found[] = []
    for (const match of text.matchAll(PATTERN)) {
        const from = match.index
        const to = from + match[0].length
        if (!isWhole(text, from, to)) continue
        const digits = match[0]
        if (ID.test(digits)) found.push({ kind: "id", from, to, text: digits })
        else if (digits.length === 11) found.push({ kind: "phone", from, to, text: digits })
        else if (/^\d+$/.test(digits)) found.push({ kind: "card", from, to, text: digits })
    }
    return found
}

/** Keeps the first three characters of each, so that it can still be talked about. */
export function maskPersonalData(text: string): string {
    let result = ""
    let at = 0
    for (const { from, to } of findPersonalData(text)) {
        result += text.slice(at, from + 3) + "*".repeat(to - from - 3)
        at = to
    }
    return result + text.slice(at)
}
