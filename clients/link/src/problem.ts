/* What the HTTP doors answer: JSON with the schema's field names, refusals as problem+json. */

import { ErrorCode } from "@hall/wire"
import type { MediaView } from "@hall/wire"
import { errorCodeNames } from "@hall/wire/names"
import { LOST } from "./replies.ts"
import type { LinkError } from "./replies.ts"

export type Json = Record<string, unknown>

const codeByName = new Map(
    Object.entries(errorCodeNames).map(([code, name]) => [name, Number(code) as ErrorCode]),
)

export function number(value: unknown): number {
    return typeof value === "number" ? value : 0
}

export function text(value: unknown): string {
    return typeof value === "string" ? value : ""
}

export function isObject(value: unknown): value is Json {
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
        ...(number(media["duration_ms"]) > 0 ? { durationMs: number(media["duration_ms"]) } : {}),
        ...(text(media["alt"]) === "" ? {} : { alt: text(media["alt"]) }),
    }
}
