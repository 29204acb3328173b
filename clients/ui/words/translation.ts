/* A translation has every key of the source, and the same things to fill in. */

import type { DeskSource } from "./zh-Hans.desk.ts"
import type { Source } from "./zh-Hans.ts"

/** The names in braces of a text. */
export type Fills<S extends string> = S extends `${string}{${infer Name}}${infer Rest}`
    ? Name | Fills<Rest>
    : never

type Texts = Readonly<Record<string, string>>
export type WordsOf<S extends Texts> = { readonly [K in keyof S]: string }
export type Words = WordsOf<Source>

type SameFills<S extends Texts, T extends WordsOf<S>> = {
    readonly [K in keyof S]: [Fills<T[K]>] extends [Fills<S[K]>]
        ? [Fills<S[K]>] extends [Fills<T[K]>]
            ? T[K]
            : never
        : never
}

export function translation<const T extends Words>(words: T & SameFills<Source, T>): Words {
    return words
}

/** The same for the words only the desk has. */
export function deskTranslation<const T extends WordsOf<DeskSource>>(
    words: T & SameFills<DeskSource, T>,
): WordsOf<DeskSource> {
    return words
}
