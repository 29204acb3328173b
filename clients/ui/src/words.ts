/*
 * Words of the chosen language. `t(key, {…})` is typed: the key exists and everything
 * in braces is given. Only the chosen language is loaded.
 */

import { shallowRef } from "vue"
import { zhHans } from "../words/zh-Hans.ts"
import type { DeskSource } from "../words/zh-Hans.desk.ts"
import type { Source } from "../words/zh-Hans.ts"
import type { Fills, Words } from "../words/translation.ts"

type AllWords = Source & DeskSource
export type WordKey = keyof AllWords

export const LANGUAGES = [
    { code: "zh-Hans", name: "简体中文" },
    { code: "zh-Hant", name: "繁體中文" },
    { code: "en", name: "English" },
] as const
export type Language = (typeof LANGUAGES)[number]["code"]

/** Words of one client only, language by language. */
export type MoreWords = Readonly<Record<Language, () => Promise<Partial<Record<WordKey, string>>>>>

type Args<K extends WordKey> = [Fills<AllWords[K]>] extends [never]
    ? []
    : [fill: { readonly [N in Fills<AllWords[K]>]: string | number }]

const words = shallowRef<Partial<Record<WordKey, string>>>(zhHans)
let hasMore = false
let added: MoreWords | null = null
const current = shallowRef<Language>("zh-Hans")

export function t<K extends WordKey>(key: K, ...args: Args<K>): string {
    const fill = (args[0] ?? {}) as Readonly<Record<string, string | number>>
    const text = words.value[key] ?? ""
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(fill[name] ?? whole))
}

export function language(): Language {
    return current.value
}

export function isLanguage(code: unknown): code is Language {
    return LANGUAGES.some((item) => item.code === code)
}

/** The language a browser asks for. */
export function languageOf(wanted: readonly string[]): Language {
    for (const tag of wanted) {
        if (/^zh\b.*\b(Hant|TW|HK|MO)\b/i.test(tag)) return "zh-Hant"
        if (/^zh\b/i.test(tag)) return "zh-Hans"
        if (/^en\b/i.test(tag)) return "en"
    }
    return "zh-Hans"
}

async function wholeSource(): Promise<Words> {
    return { ...zhHans, ...(await import("../words/zh-Hans.more.ts")).zhHansMore }
}

/** The words that are not in the first load; pages that need them wait for this. */
export async function loadMoreWords(): Promise<void> {
    if (hasMore) return
    const whole = await wholeSource()
    hasMore = true
    if (current.value === "zh-Hans") words.value = whole
}

/** A client with words of its own says where they are, before the language is set. */
export function addWords(more: MoreWords): void {
    added = more
    hasMore = true
}

async function wordsOf(code: Language): Promise<Partial<Words>> {
    if (code === "zh-Hans") return hasMore ? wholeSource() : zhHans
    if (code === "zh-Hant") return (await import("../words/zh-Hant.ts")).default
    return (await import("../words/en.ts")).default
}

export async function setLanguage(code: Language): Promise<void> {
    const [base, more] = await Promise.all([wordsOf(code), added?.[code]()])
    words.value = more === undefined ? base : { ...base, ...more }
    current.value = code
    document.documentElement.lang = code
}
