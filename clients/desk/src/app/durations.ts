/* How long something has waited or has left, short enough for a column. */

/** 0:22, 12:05, 3:07:10; days as words of the caller. */
export function clockLength(ms: number): string {
    const seconds = Math.max(0, Math.floor(ms / 1000))
    const two = (value: number): string => String(value).padStart(2, "0")
    const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
    return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}

export interface Length {
    readonly unit: "minutes" | "hours" | "days"
    readonly count: number
}

/** Rounded to the unit people would say. */
export function roughLength(ms: number): Length {
    const minutes = Math.max(0, Math.floor(Math.abs(ms) / 60_000))
    if (minutes < 60) return { unit: "minutes", count: minutes }
    if (minutes < 48 * 60) return { unit: "hours", count: Math.floor(minutes / 60) }
    return { unit: "days", count: Math.floor(minutes / (24 * 60)) }
}
