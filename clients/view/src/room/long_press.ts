/*
 * Long press and right click on one of many, heard by what they all stand in. Never the
 * only way: a button does the same.
 */

const HOLD_MS = 500
const MOVED_PX = 10

export interface PressHandlers {
    readonly touchstart: (event: TouchEvent) => void
    readonly touchmove: (event: TouchEvent) => void
    readonly touchend: (event: TouchEvent) => void
    readonly touchcancel: () => void
    readonly contextmenu: (event: MouseEvent) => void
}

/** `done` is called with what was pressed, if it is or lies in one of `selector`. */
export function useLongPress(selector: string, done: (pressed: Element) => void): PressHandlers {
    const pressed = (event: Event): Element | null =>
        event.target instanceof Element ? event.target.closest(selector) : null
    let timer = 0
    let isDone = false
    let x = 0
    let y = 0
    const stop = (): void => clearTimeout(timer)
    return {
        touchstart: (event) => {
            stop()
            isDone = false
            const [touch] = event.touches
            const on = pressed(event)
            if (touch === undefined || event.touches.length > 1 || on === null) return
            x = touch.clientX
            y = touch.clientY
            timer = window.setTimeout(() => {
                isDone = true
                done(on)
            }, HOLD_MS)
        },
        touchmove: (event) => {
            const [touch] = event.touches
            if (touch === undefined) return
            if (Math.hypot(touch.clientX - x, touch.clientY - y) > MOVED_PX) stop()
        },
        touchend: (event) => {
            stop()
            /* The finger leaves the menu it opened alone. */
            if (isDone && event.cancelable) event.preventDefault()
        },
        touchcancel: stop,
        contextmenu: (event) => {
            const on = pressed(event)
            if (on === null) return
            /* Selected text keeps the browser's own menu. */
            if (String(window.getSelection() ?? "") !== "") return
            event.preventDefault()
            if (!isDone) done(on)
        },
    }
}
