/* A translation has every key of the source, and the same things to fill in. */

import type { Source, WordKey } from "./zh-Hans.ts"

/** The names in braces of a text. */
export type Fills<S extends string> = S extends `${string}{${infer Name}}${infer Rest}`
    ? Name | Fills<Rest>
    : never

export type Words = { readonly [K in WordKey]: string }

type SameFills<T extends Words> = {
    readonly [K in WordKey]: [Fills<T[K]>] extends [Fills<Source[K]>]
        ? [Fills<Source[K]>] extends [Fills<T[K]>]
            ? T[K]
            : never
        : never
}

export function translation<const T extends Words>(words: T & SameFills<T>): Words {
    return words
}
