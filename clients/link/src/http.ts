/*
 * The HTTP doors: logging in and out, tickets, pictures. Answers are JSON with the
 * schema's field names; refusals are problem+json with the error's name as `code`.
 */

import { ErrorCode, errorCodeNames } from "@hall/wire"
import type { LoginCodeSent, LoginGranted, MediaView } from "@hall/wire"
import { LOST } from "./replies.ts"
import type { LinkError, Outcome } from "./replies.ts"

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

type Json = Record<string, unknown>

const codeByName = new Map(
    Object.entries(errorCodeNames).map(([code, name]) => [name, Number(code) as ErrorCode]),
)

function number(value: unknown): number {
    return typeof value === "number" ? value : 0
}

function text(value: unknown): string {
    return typeof value === "string" ? value : ""
}

function isObject(value: unknown): value is Json {
    return typeof value === "object" && value !== null
}

/** What a refusal says; a proxy's page without our words counts as lost. */
export function problemOf(status: number, body: unknown, retryAfter: string | null): LinkError {
    const code = isObject(body) ? codeByName.get(text(body["code"])) : undefined
    if (code === undefined || !isObject(body)) return statusProblem(status)
    const headerMs = retryAfter === null ? Number.NaN : Number(retryAfter) * 1000
    const bodyMs = number(body["retry_after_ms"])
    const retryAfterMs = bodyMs > 0 ? bodyMs : headerMs
    return {
        kind: "refused",
        code,
        ...(text(body["field"]) === "" ? {} : { field: text(body["field"]) }),
        ...(text(body["detail"]) === "" ? {} : { detail: text(body["detail"]) }),
        ...(retryAfterMs > 0 ? { retryAfterMs } : {}),
    }
}

function statusProblem(status: number): LinkError {
    switch (status) {
        case 401:
            return { kind: "refused", code: ErrorCode.unauthenticated }
        case 413:
            return { kind: "refused", code: ErrorCode.tooLarge }
        case 415:
            return { kind: "refused", code: ErrorCode.unsupportedMedia }
        case 429:
            return { kind: "refused", code: ErrorCode.rateLimited }
        default:
            return LOST
    }
}

export function mediaOf(body: unknown): MediaView | null {
    const media = isObject(body) ? body["media"] : null
    if (!isObject(media) || text(media["media_id"]) === "") return null
    return {
        mediaId: text(media["media_id"]),
        width: number(media["width"]),
        height: number(media["height"]),
        ...(text(media["alt"]) === "" ? {} : { alt: text(media["alt"]) }),
    }
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
