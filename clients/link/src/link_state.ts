/* The states of the link, and why it may be refused. */

import { CloseReason } from "@hall/wire"

/** Numbered: they stand in logs and in what people read out on the telephone. */
export const RefusedReason = {
    unauthenticated: 1,
    loggedOut: 2,
    accountDisabled: 3,
    replaced: 4,
    unsupportedVersion: 5,
    protocolError: 6,
} as const
export type RefusedReason = (typeof RefusedReason)[keyof typeof RefusedReason]

export type LinkState =
    | { readonly name: "idle" }
    | { readonly name: "connecting" }
    | { readonly name: "open" }
    | { readonly name: "live" }
    | { readonly name: "waiting"; readonly attempt: number; readonly until: number }
    | { readonly name: "offline" }
    | { readonly name: "refused"; readonly reason: RefusedReason }

/** Close code of a connection nobody could be found for. */
export const CLOSE_UNAUTHENTICATED = 4401
const CLOSE_BASE = 4000

/** What a server's reason to close means for us; null: come back later. */
export function refusedBy(reason: number): RefusedReason | null {
    switch (reason) {
        case CloseReason.loggedOut:
            return RefusedReason.loggedOut
        case CloseReason.accountDisabled:
            return RefusedReason.accountDisabled
        case CloseReason.replaced:
            return RefusedReason.replaced
        case CloseReason.protocolError:
            return RefusedReason.protocolError
        default:
            return null
    }
}

/** The same for a WebSocket close code. */
export function refusedByCode(code: number): RefusedReason | null {
    if (code === CLOSE_UNAUTHENTICATED) return RefusedReason.unauthenticated
    return code > CLOSE_BASE ? refusedBy(code - CLOSE_BASE) : null
}
