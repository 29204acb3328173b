/* What a press of Enter means in a field where people write. */

export interface EnterPress {
    readonly key: string
    readonly isComposing: boolean
    readonly keyCode: number
    readonly shiftKey: boolean
    readonly ctrlKey: boolean
    readonly metaKey: boolean
    readonly altKey: boolean
}

/**
 * Whether it sends. Never while an input method is composing: `isComposing` says so,
 * or the key code 229 does; and never right after a composition ended, because some
 * browsers report the Enter that ended it only then.
 */
export function isSendKey(press: EnterPress, sendsOnEnter: boolean, sinceCompositionMs: number): boolean {
    if (press.key !== "Enter" || press.altKey) return false
    if (press.isComposing || press.keyCode === 229 || sinceCompositionMs < 100) return false
    if (press.ctrlKey || press.metaKey) return true
    return sendsOnEnter && !press.shiftKey
}

/** A keyboard on a desk: a fine pointer that can hover. */
export function hasDeskKeyboard(): boolean {
    return matchMedia("(hover: hover) and (pointer: fine)").matches
}
