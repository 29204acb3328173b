/* The HTTP doors to come in and out: phone code, staff login, tickets, logging out. */

import type { LoginCodeSent, LoginGranted } from "@hall/wire"
import { isObject, number, problemOf, text } from "./problem.ts"
import type { Json } from "./problem.ts"
import { LOST } from "./replies.ts"
import type { Outcome } from "./replies.ts"

export interface Doors {
    sendCode(phone: string): Promise<Outcome<LoginCodeSent>>
    loginPhone(body: PhoneLogin): Promise<Outcome<LoginGranted>>
    loginStaff(body: StaffLogin): Promise<Outcome<LoginGranted>>
    ticket(): Promise<string | null>
    logout(): Promise<Outcome<null>>
}

export interface PhoneLogin {
    readonly phone: string
    readonly code: string
    readonly invite?: string
    readonly displayName?: string
    readonly client: string
}

export interface StaffLogin {
    readonly username: string
    readonly password: string
    readonly totp: string
    readonly client: string
}

const SESSION = "/api/v1/session"
const WAIT_MS = 15_000

/** The doors of the page's own origin. */
export function browserDoors(fetchFn: typeof fetch = (...args) => fetch(...args)): Doors {
    const ask = async (method: string, path: string, body?: Json): Promise<Outcome<Json>> => {
        const stop = new AbortController()
        const timer = setTimeout(() => stop.abort(), WAIT_MS)
        try {
            const response = await fetchFn(path, {
                method,
                credentials: "same-origin",
                signal: stop.signal,
                ...(body === undefined
                    ? {}
                    : {
                          headers: { "content-type": "application/json" },
                          body: JSON.stringify(body),
                      }),
            })
            const answer: unknown = await response.json().catch(() => ({}))
            if (response.ok) return { ok: true, body: isObject(answer) ? answer : {} }
            const retryAfter = response.headers.get("retry-after")
            return { ok: false, error: problemOf(response.status, answer, retryAfter) }
        } catch {
            return { ok: false, error: LOST }
        } finally {
            clearTimeout(timer)
        }
    }
    const login = async (path: string, body: Json): Promise<Outcome<LoginGranted>> => {
        const outcome = await ask("POST", path, body)
        return outcome.ok ? { ok: true, body: grantedOf(outcome.body) } : outcome
    }
    return {
        async sendCode(phone) {
            const outcome = await ask("POST", `${SESSION}/code`, { phone })
            return outcome.ok ? { ok: true, body: codeSentOf(outcome.body) } : outcome
        },
        loginPhone: ({ phone, code, invite, displayName, client }) =>
            login(`${SESSION}/phone`, {
                phone,
                code,
                client,
                ...(invite === undefined ? {} : { invite }),
                ...(displayName === undefined ? {} : { display_name: displayName }),
            }),
        loginStaff: ({ username, password, totp, client }) =>
            login(`${SESSION}/staff`, { username, password, totp, client }),
        async ticket() {
            const outcome = await ask("POST", `${SESSION}/ticket`, {})
            return outcome.ok ? text(outcome.body["ticket"]) || null : null
        },
        async logout() {
            const outcome = await ask("DELETE", SESSION)
            return outcome.ok ? { ok: true, body: null } : outcome
        },
    }
}

function codeSentOf(body: Json): LoginCodeSent {
    const demoCode = text(body["demo_code"])
    return {
        expiresInMs: number(body["expires_in_ms"]),
        retryAfterMs: number(body["retry_after_ms"]),
        ...(demoCode === "" ? {} : { demoCode }),
    }
}

/* The token is for clients without cookies; a page never keeps it. */
function grantedOf(body: Json): LoginGranted {
    return {
        accountId: number(body["account_id"]),
        token: "",
        expiresAt: number(body["expires_at"]),
        displayName: text(body["display_name"]),
        isStaff: body["is_staff"] === true,
    }
}
