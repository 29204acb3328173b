/* What in a text looks like somebody's number, before everybody reads it. */

export type FoundKind = "phone" | "id" | "card"

export interface Found {
    readonly kind: FoundKind
    readonly from: number
    readonly to: number
    readonly text: string
}

const PATTERN = /(\d{17}[\dXx])|(\d{16,19})|(1[3-9]\d{9})/g

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
        const isId = match[1] !== undefined && /^\d{6}(19|20)\d{2}(0\d|1[0-2])/.test(digits)
        const isPhone = match[3] !== undefined
        if (match[1] !== undefined && !isId && !/^\d+$/.test(digits)) continue
        found.push({ kind: isId ? "id" : isPhone ? "phone" : "card", from, to, text: digits })
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
