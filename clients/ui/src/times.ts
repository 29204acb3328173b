/* Times in words, always in the hall's own time zone. */

import { language, t } from "./words.ts"

const ZONE = "Asia/Shanghai"
const DAY_MS = 24 * 3600 * 1000
/** No summer time there, so that days can be counted. */
const ZONE_MS = 8 * 3600 * 1000

const formats = new Map<string, Intl.DateTimeFormat>()

function format(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
    const key = `${language()} ${name}`
    const known = formats.get(key)
    if (known !== undefined) return known
    const made = new Intl.DateTimeFormat(language(), { timeZone: ZONE, ...options })
    formats.set(key, made)
    return made
}

/** The number of the day in the hall's zone. */
export function dayOf(time: number): number {
    return Math.floor((time + ZONE_MS) / DAY_MS)
}

const two = (value: number): string => String(value).padStart(2, "0")

/** By counting, not by Intl: it stands beside every message of a long list. */
export function clockTime(time: number): string {
    const local = new Date(time + ZONE_MS)
    return `${two(local.getUTCHours())}:${two(local.getUTCMinutes())}`
}

/** 22:00 to 7:00 in the hall's zone. */
export function isNight(time: number): boolean {
    const hour = new Date(time + ZONE_MS).getUTCHours()
    return hour >= 22 || hour < 7
}

export function clockTimeExact(time: number): string {
    return `${clockTime(time)}:${two(new Date(time).getUTCSeconds())}`
}

export function dayName(time: number, now: number): string {
    const days = dayOf(now) - dayOf(time)
    if (days === 0) return t("room.today")
    if (days === -1) return t("room.tomorrow")
    if (days === 1) return t("room.yesterday")
    const isThisYear = new Date(time + ZONE_MS).getUTCFullYear() ===
        new Date(now + ZONE_MS).getUTCFullYear()
    return isThisYear
        ? format("day", { month: "long", day: "numeric", weekday: "short" }).format(time)
        : format("year", { year: "numeric", month: "long", day: "numeric" }).format(time)
}

/** "6 分钟前" up to an hour, then the clock, then the date; what is to come by clock or date. */
export function someTime(time: number, now: number): string {
    const age = now - time
    if (age >= 0 && age < 60_000) return t("time.justNow")
    if (age >= 0 && age < 3_600_000)
        return t("time.minutesAgo", { count: Math.floor(age / 60_000) })
    if (dayOf(time) === dayOf(now)) return clockTime(time)
    return `${dayName(time, now)} ${clockTime(time)}`
}
