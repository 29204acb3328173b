/*
 * tabs: several pages of one person in one browser.
 * One of them leads and sends the outbox: the one looked at last. A page that becomes
 * visible takes the lead over, so that it never waits for a frozen one. Where the
 * browser has no locks every page leads; the server stores a repeated key once.
 */

export interface Tabs {
    /** Calls `changed` with whether this page leads, now and later. */
    lead(changed: (leading: boolean) => void): () => void
    /** Tells the person's other pages. */
    say(word: TabWord): void
    onSay(fn: (word: TabWord) => void): () => void
}

export type TabWord = "outbox" | "left"

/** A page on its own. */
export function loneTab(): Tabs {
    return {
        lead: (changed) => {
            changed(true)
            return () => undefined
        },
        say: () => undefined,
        onSay: () => () => undefined,
    }
}

/** The browser's pages of one account. */
export function browserTabs(name: string): Tabs {
    const locks = typeof navigator === "undefined" ? undefined : navigator.locks
    const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(name)
    return {
        lead: (changed) => (locks === undefined ? loneTab().lead(changed) : lead(locks, name, changed)),
        say: (word) => channel?.postMessage(word),
        onSay: (fn) => {
            if (channel === null) return () => undefined
            const listener = (event: MessageEvent<unknown>): void => {
                if (event.data === "outbox" || event.data === "left") fn(event.data)
            }
            channel.addEventListener("message", listener)
            return () => channel.removeEventListener("message", listener)
        },
    }
}

function lead(locks: LockManager, name: string, changed: (leading: boolean) => void): () => void {
    let release: (() => void) | null = null
    let queued: AbortController | null = null
    let isOver = false
    const granted = (): Promise<void> | undefined => {
        if (isOver) return undefined
        changed(true)
        return new Promise<void>((resolve) => {
            release = resolve
        })
    }
    /* Taken over by the page somebody looks at: wait for its end. */
    const onStolen = (): void => {
        release = null
        if (isOver) return
        changed(false)
        queue()
    }
    const queue = (): void => {
        const controller = new AbortController()
        queued = controller
        locks.request(name, { signal: controller.signal }, granted).catch(() => {
            if (!controller.signal.aborted) onStolen()
        })
    }
    const take = (): void => {
        queued?.abort()
        queued = null
        locks.request(name, { steal: true }, granted).catch(onStolen)
    }
    const onVisible = (): void => {
        if (document.visibilityState === "visible" && release === null) take()
    }
    changed(false)
    if (document.visibilityState === "visible") take()
    else queue()
    document.addEventListener("visibilitychange", onVisible)
    return () => {
        isOver = true
        document.removeEventListener("visibilitychange", onVisible)
        queued?.abort()
        release?.()
    }
}
