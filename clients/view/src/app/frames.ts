/*
 * Gathers changes so that the page is drawn once per frame, and ten times a second
 * when they come thick and fast. What is urgent is drawn at once, also in a hidden page.
 */

const BUSY_PER_SECOND = 20
const BUSY_WAIT_MS = 100

export function oncePerFrame(draw: () => void): () => void {
    return gathered(draw, (run) => {
        if (document.hidden) setTimeout(run, BUSY_WAIT_MS)
        else requestAnimationFrame(run)
    })
}

export function atOnce(draw: () => void): () => void {
    return gathered(draw, queueMicrotask)
}

function gathered(draw: () => void, plan: (run: () => void) => void): () => void {
    let planned = false
    let since = 0
    let count = 0
    const run = (): void => {
        planned = false
        draw()
    }
    return () => {
        const now = performance.now()
        if (now - since > 1000) {
            since = now
            count = 0
        }
        count += 1
        if (planned) return
        planned = true
        if (count > BUSY_PER_SECOND) setTimeout(run, BUSY_WAIT_MS)
        else plan(run)
    }
}
