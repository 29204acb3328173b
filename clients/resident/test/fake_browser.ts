/* As much of a browser as a router touches: an address, a history that goes back and forward. */

import { vi } from "vitest"

export interface Entry {
    readonly address: string
    state: unknown
}
type Listener = (event: { readonly state: unknown }) => void

/** Stands where `window`, `history` and `location` are; `go` is what a person's finger does. */
export function fakeBrowser(
    address: string, state: unknown = null, earlier: readonly Entry[] = [],
) {
    const entries: Entry[] = [...earlier, { address, state }]
    const listeners: Listener[] = []
    let at = earlier.length
    const here = (): Entry => entries[at] as Entry
    const [path, search] = [
        () => here().address.split("?")[0] as string,
        () => (here().address.includes("?") ? `?${here().address.split("?")[1] ?? ""}` : ""),
    ]

    function go(steps: number): void {
        const to = at + steps
        if (to < 0 || to >= entries.length || steps === 0) return
        at = to
        for (const listener of listeners) listener({ state: here().state })
    }
    const history = {
        get state() { return here().state },
        pushState(next: unknown, _title: string, to: string) {
            entries.splice(at + 1, entries.length, { address: to, state: next })
            at += 1
        },
        replaceState(next: unknown, _title: string, to?: string) {
            entries[at] = { address: to ?? here().address, state: next }
        },
        back: () => go(-1),
        go,
    }
    vi.stubGlobal("history", history)
    vi.stubGlobal("location", {
        get pathname() { return path() },
        get search() { return search() },
    })
    vi.stubGlobal("window", {
        addEventListener: (name: string, listener: Listener) => {
            if (name === "popstate") listeners.push(listener)
        },
    })
    return {
        go,
        /** A place on the same page: an entry without a state of ours. */
        jump(to: string) {
            entries.splice(at + 1, entries.length, { address: to, state: null })
            at += 1
            for (const listener of listeners) listener({ state: null })
        },
        get address() { return here().address },
        get length() { return entries.length },
        get state() { return here().state as { back: string | null; position: number } | null },
    }
}
