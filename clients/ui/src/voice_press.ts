/*
 * A finger on the microphone, known from its first moment: what records may still be on
 * its way when it is lifted again.
 */

export interface VoicePress {
    readonly pointerId: number
    readonly y: number
    isOver: boolean
}

export function voicePress({ pointerId, clientY, currentTarget }: PointerEvent): VoicePress {
    const press = { pointerId, y: clientY, isOver: false }
    /* Also when a mouse leaves the button. */
    if (currentTarget instanceof Element) currentTarget.setPointerCapture(pointerId)
    const end = (event: PointerEvent): void => {
        if (event.pointerId !== pointerId) return
        press.isOver = true
        removeEventListener("pointerup", end)
        removeEventListener("pointercancel", end)
    }
    addEventListener("pointerup", end)
    addEventListener("pointercancel", end)
    return press
}
