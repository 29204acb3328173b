/* The box of a picture in the list, fixed before it has loaded. */

const BOX = 240

export function photoBox(width: number, height: number, isOnly: boolean): { width: string; height: string } {
    if (!isOnly) return { width: "108px", height: "108px" }
    const ratio = Math.min(2.2, Math.max(0.5, width / Math.max(1, height)))
    const w = ratio >= 1 ? BOX : BOX * ratio
    return { width: `${Math.round(w)}px`, height: `${Math.round(w / ratio)}px` }
}
