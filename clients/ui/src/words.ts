/*
 * Words of the chosen language. `t(key, {…})` is typed: the key exists and everything
 * in braces is given. Only the chosen language is loaded.
 */

import { shallowRef } from "vue"
import { zhHans } from "../words/zh-Hans.ts"
import type { Source, WordKey } from "../words/zh-Hans.ts"
import type { Fills, Words } from "../words/translation.ts"

export const LANGUAGES = [
    { code: "zh-Hans", name: "简体中文" },
    { code: "zh-Hant", name: "繁體中文" },
    { code: "en", name: "English" },
] as const
export type Language = (typeof LANGUAGES)[number]["code"]

type Args<K extends WordKey> = [Fills<Source[K]>] extends [never]
    ? []
    : [fill: { readonly [N in Fills<Source[K]>]: string | number }]

const words = shallowRef<Partial<Words>>(zhHans)
let hasMore = false
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

export async function setLanguage(code: Language): Promise<void> {
    if (code === "zh-Hans") words.value = hasMore ? await wholeSource() : zhHans
    else if (code === "zh-Hant") words.value = (await import("../words/zh-Hant.ts")).default
    else words.value = (await import("../words/en.ts")).default
    current.value = code
    document.documentElement.lang = code
}
