/* What the HTTP doors answer, and what is made of refusals. */

import { ErrorCode } from "@hall/wire"
import { describe, expect, test } from "vitest"
import { browserDoors } from "../src/doors.ts"
import { mediaOf, problemOf } from "../src/problem.ts"

interface Asked {
    path: string
    init: RequestInit | undefined
}

function doorsThatAnswer(status: number, body: unknown, headers: Record<string, string> = {}) {
    const asked: Asked[] = []
    const doors = browserDoors((input, init) => {
        asked.push({ path: String(input), init })
        return Promise.resolve(new Response(JSON.stringify(body), { status, headers }))
    })
    return { doors, asked }
}

describe("doors", () => {
    test("a code is asked for; the demo's code is handed on", async () => {
        const { doors, asked } = doorsThatAnswer(200, {
            expires_in_ms: 300_000, retry_after_ms: 60_000, demo_code: "123456",
        })
        const outcome = await doors.sendCode("13800000001")
        expect(outcome).toEqual({
            ok: true, body: { expiresInMs: 300_000, retryAfterMs: 60_000, demoCode: "123456" },
        })
        expect(asked[0]?.path).toBe("/api/v1/session/code")
        expect(asked[0]?.init?.body).toBe('{"phone":"13800000001"}')
    })

    test("a login sends only what is known, and never keeps the token", async () => {
        const { doors, asked } = doorsThatAnswer(200, {
            account_id: 7, token: "secret", expires_at: 9, display_name: "王", is_staff: false,
        })
        const outcome = await doors.loginPhone({ phone: "1", code: "2", client: "c", invite: "i" })
        expect(JSON.parse(String(asked[0]?.init?.body))).toEqual({
            phone: "1", code: "2", client: "c", invite: "i",
        })
        expect(outcome.ok && outcome.body).toMatchObject({ accountId: 7, token: "", displayName: "王" })
    })

    test("a refusal carries its error, field and wait", async () => {
        const { doors } = doorsThatAnswer(
            422, { code: "invalid_field", field: "display_name" }, { "retry-after": "3" },
        )
        expect(await doors.loginPhone({ phone: "1", code: "2", client: "c" })).toEqual({
            ok: false,
            error: {
                kind: "refused", code: ErrorCode.invalidField, field: "display_name",
                retryAfterMs: 3000,
            },
        })
    })

    test("no network is lost, not refused", async () => {
        const doors = browserDoors(() => Promise.reject(new TypeError("no network")))
        expect(await doors.logout()).toEqual({ ok: false, error: { kind: "lost" } })
    })
})

describe("problems", () => {
    test("a proxy's own page says what its status says, or nothing", () => {
        expect(problemOf(413, null, null)).toMatchObject({ code: ErrorCode.tooLarge })
        expect(problemOf(429, null, null)).toMatchObject({ code: ErrorCode.rateLimited })
        expect(problemOf(502, { code: "something else" }, null)).toEqual({ kind: "lost" })
    })

    test("a picture's or a voice's record is read, or refused", () => {
        expect(mediaOf({ media: { media_id: "a", width: 3, height: 4 } })).toEqual({
            mediaId: "a", width: 3, height: 4,
        })
        const voice = { media_id: "v", width: 0, height: 0, duration_ms: 2040 }
        expect(mediaOf({ media: voice })).toEqual({
            mediaId: "v", width: 0, height: 0, durationMs: 2040,
        })
        expect(mediaOf({ media: {} })).toBeNull()
        expect(mediaOf(null)).toBeNull()
    })
})
