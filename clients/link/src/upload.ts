/* Uploads one picture or voice through its door, with its progress; can be stopped. */

import { LOST } from "./replies.ts"
import { mediaOf, problemOf } from "./problem.ts"
import type { SendUpload } from "./outbox.ts"

const WAIT_MS = 120_000

function parse(body: string): unknown {
    try {
        return JSON.parse(body) as unknown
    } catch {
        return null
    }
}

/** XMLHttpRequest: fetch tells nothing while it sends. */
export const browserUpload: SendUpload = ({ upload, onProgress }, done) => {
    const request = new XMLHttpRequest()
    let isOver = false
    const end = (outcome: Parameters<typeof done>[0]): void => {
        if (isOver) return
        isOver = true
        done(outcome)
    }
    request.open("POST", upload.durationMs === undefined ? "/api/v1/media" : "/api/v1/voice")
    request.timeout = WAIT_MS
    request.setRequestHeader("content-type", upload.type)
    request.upload.onprogress = (event) => {
        if (event.lengthComputable && !isOver) onProgress(event.loaded / event.total)
    }
    request.onload = () => {
        const body = parse(request.responseText)
        const media = mediaOf(body)
        if (request.status < 300 && media !== null) end({ ok: true, body: media })
        else {
            const retryAfter = request.getResponseHeader("retry-after")
            end({ ok: false, error: problemOf(request.status, body, retryAfter) })
        }
    }
    request.onerror = () => end({ ok: false, error: LOST })
    request.ontimeout = () => end({ ok: false, error: LOST })
    request.send(upload.bytes as Uint8Array<ArrayBuffer>)
    return () => {
        isOver = true
        request.abort()
    }
}
