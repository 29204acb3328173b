/* Values of the schema in words: `desk.<kind>.<name in the schema>`. */

import { t } from "@hall/ui"
import type { Choice } from "../moves/move.ts"

type Names = Readonly<Record<number, string>>

/** A value a newer server sends is "other". */
export function nameOf(kind: string, names: Names, value: number | undefined): string {
    const name = value === undefined ? undefined : names[value]
    return t((name === undefined ? "desk.other" : `desk.${kind}.${name}`) as "desk.other")
}

export function choicesOf(kind: string, names: Names, without: readonly number[] = []): Choice[] {
    return Object.keys(names)
        .map(Number)
        .filter((value) => !without.includes(value))
        .map((value) => ({ value, name: nameOf(kind, names, value) }))
}
