/* Long press and right click. Never the only way: a button does the same. */

const HOLD_MS = 500
const MOVED_PX = 10

export interface PressHandlers {
    readonly touchstart: (event: TouchEvent) => void
    readonly touchmove: (event: TouchEvent) => void
    readonly touchend: (event: TouchEvent) => void
    readonly touchcancel: () => void
    readonly contextmenu: (event: MouseEvent) => void
}

export function useLongPress(done: () => void): PressHandlers {
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
            if (touch === undefined || event.touches.length > 1) return
            x = touch.clientX
            y = touch.clientY
            timer = window.setTimeout(() => {
                isDone = true
                done()
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
            /* Selected text keeps the browser's own menu. */
            if (String(window.getSelection() ?? "") !== "") return
            event.preventDefault()
            if (!isDone) done()
        },
    }
}
