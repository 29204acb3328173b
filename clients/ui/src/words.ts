/*
 * Words of the chosen language. `t(key, {…})` is typed: the key exists and everything
 * in braces is given. Only the chosen language is loaded.
 */

import { shallowRef } from "vue"
import { zhHans } from "../words/zh-Hans.ts"
import type { WordKey } from "../words/zh-Hans.ts"
import type { Fills, Words } from "../words/translation.ts"

export const LANGUAGES = [
    { code: "zh-Hans", name: "简体中文" },
    { code: "zh-Hant", name: "繁體中文" },
    { code: "en", name: "English" },
] as const
export type Language = (typeof LANGUAGES)[number]["code"]

type Args<K extends WordKey> = [Fills<(typeof zhHans)[K]>] extends [never]
    ? []
    : [fill: { readonly [N in Fills<(typeof zhHans)[K]>]: string | number }]

const words = shallowRef<Words>(zhHans)
const current = shallowRef<Language>("zh-Hans")

export function t<K extends WordKey>(key: K, ...args: Args<K>): string {
    const fill = (args[0] ?? {}) as Readonly<Record<string, string | number>>
    const text: string = words.value[key]
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

export async function setLanguage(code: Language): Promise<void> {
    if (code === "zh-Hans") words.value = zhHans
    else if (code === "zh-Hant") words.value = (await import("../words/zh-Hant.ts")).default
    else words.value = (await import("../words/en.ts")).default
    current.value = code
    document.documentElement.lang = code
}
