/* What a few typed characters mean, best first. */

import { narrow } from "@hall/view/app/narrow.ts"

export interface Find {
    readonly name: string
    readonly hint: string
    readonly run: () => void
}

const MAX = 12

/** Every word typed has to stand in the name or the hint; what begins with it comes first. */
export function rankFinds<T extends { readonly name: string; readonly hint: string }>(
    finds: readonly T[], typed: string,
): T[] {
    const words = narrow(typed).toLowerCase().split(/\s+/).filter((word) => word !== "")
    const fits = finds.flatMap((find) => {
        const name = find.name.toLowerCase()
        const whole = `${name} ${find.hint.toLowerCase()}`
        if (!words.every((word) => whole.includes(word))) return []
        const isFirst = words.every((word) => name.startsWith(word))
        return [{ find, rank: isFirst ? 0 : 1 }]
    })
    return fits.sort((a, b) => a.rank - b.rank).slice(0, MAX).map(({ find }) => find)
}
