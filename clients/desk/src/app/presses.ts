/*
 * presses: from keys of a keyboard to what they mean.
 * By physical key, so that an input method does not matter. "KeyA" is a key alone,
 * "Ctrl+Shift+KeyA" with others, "KeyG KeyP" two after one another.
 */

export const SEQUENCE_MS = 1500

export interface Press {
    readonly code: string
    readonly ctrlKey: boolean
    readonly metaKey: boolean
    readonly shiftKey: boolean
    readonly altKey: boolean
    readonly isComposing: boolean
}

/** The name of a press; "" where it is none of ours. */
export function pressName(press: Press): string {
    if (press.isComposing || press.altKey || /^(Control|Shift|Alt|Meta)/.test(press.code)) return ""
    const parts = [
        press.ctrlKey || press.metaKey ? "Ctrl" : "", press.shiftKey ? "Shift" : "", press.code,
    ]
    return parts.filter((part) => part !== "").join("+")
}

export interface Bound {
    readonly keys: readonly string[]
}

export class PressReader {
    private first_ = ""
    private firstAt_ = 0

    /** The binding a press completes, the later ones first; in a field only those with Ctrl count. */
    read<T extends Bound>(
        name: string, bound: readonly T[], now: number, where: { isField: boolean; hasSingle: boolean },
    ): T | null {
        const first = now - this.firstAt_ < SEQUENCE_MS ? this.first_ : ""
        this.first_ = ""
        const isWithCtrl = name.startsWith("Ctrl+")
        if (name === "" || (where.isField && !isWithCtrl)) return null
        if (!where.hasSingle && !isWithCtrl && name.startsWith("Key")) return null
        const find = (keys: string): T | null => {
            for (let i = bound.length - 1; i >= 0; i--) {
                const item = bound[i]
                if (item?.keys.includes(keys) === true) return item
            }
            return null
        }
        const found = first === "" ? find(name) : find(`${first} ${name}`)
        if (found === null && bound.some(({ keys }) => keys.some((k) => k.startsWith(`${name} `)))) {
            this.first_ = name
            this.firstAt_ = now
        }
        return found
    }
}

const NAMES: Readonly<Record<string, string>> = {
    Slash: "/", "Shift+Slash": "?", Escape: "Esc", ArrowDown: "↓", ArrowUp: "↑", Enter: "Enter",
}

/** A binding as it stands on the keys. */
export function keysText(keys: string): string {
    return keys
        .split(" ")
        .map((press) => {
            const known = NAMES[press]
            if (known !== undefined) return known
            return press.split("+").map((part) => NAMES[part] ?? part.replace(/^(Key|Digit)/, "")).join("+")
        })
        .join(" ")
}
