/* What the page tells the link: is there a network, is anybody looking. */

export interface Environment {
    online(): boolean
    visible(): boolean
    /** The page became visible, was shown again, got the focus or the network back. */
    onWake(fn: () => void): () => void
    onOffline(fn: () => void): () => void
    /** The page may be frozen or closed right after. */
    onLeave(fn: () => void): () => void
}

function listen(target: EventTarget, names: readonly string[], fn: () => void): () => void {
    for (const name of names) target.addEventListener(name, fn)
    return () => {
        for (const name of names) target.removeEventListener(name, fn)
    }
}

/** The browser's. */
export function pageEnvironment(): Environment {
    return {
        online: () => navigator.onLine,
        visible: () => document.visibilityState === "visible",
        onWake: (fn) => {
            const offWindow = listen(window, ["pageshow", "online", "focus"], fn)
            const offPage = listen(document, ["visibilitychange"], () => {
                if (document.visibilityState === "visible") fn()
            })
            return () => {
                offWindow()
                offPage()
            }
        },
        onOffline: (fn) => listen(window, ["offline"], fn),
        onLeave: (fn) => {
            const offWindow = listen(window, ["pagehide"], fn)
            const offPage = listen(document, ["visibilitychange"], () => {
                if (document.visibilityState === "hidden") fn()
            })
            return () => {
                offWindow()
                offPage()
            }
        },
    }
}
