/* Time that is left, or over, in the words of a queue. */

import { t } from "@hall/ui"
import { clockLength, roughLength } from "./durations.ts"

const CLOCK_MS = 3_600_000

/** Within the hour as a clock, beyond it in hours and days. */
export function lengthText(ms: number): string {
    if (Math.abs(ms) < CLOCK_MS) return clockLength(Math.abs(ms))
    const { unit, count } = roughLength(ms)
    if (unit === "days") return t("left.days", { count })
    return unit === "hours" ? t("left.hours", { count }) : t("left.minutes", { count })
}

export function leftText(dueAt: number, now: number): string {
    const ms = dueAt - now
    return ms < 0 ? t("left.over", { time: lengthText(ms) }) : t("left.in", { time: lengthText(ms) })
}
