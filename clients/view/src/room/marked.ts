/*
 * Where a searched text stands in a message. The server folds more than we do
 * (traditional and simplified): what we do not find is shown unmarked.
 */

import { narrow } from "../app/narrow.ts"

export interface Part {
    readonly text: string
    readonly isHit: boolean
}

const BEFORE = 20

export function marked(body: string, wanted: string): Part[] {
    const folded = narrow(body).toLowerCase()
    const needle = narrow(wanted).toLowerCase()
    /* Lower case may change lengths in some scripts: then nothing is marked. */
    if (needle === "" || folded.length !== body.length) return [{ text: body, isHit: false }]
    const parts: Part[] = []
    const first = folded.indexOf(needle)
    let at = 0
    if (first > BEFORE * 2) {
        at = first - BEFORE
        parts.push({ text: "…", isHit: false })
    }
    for (let hit = folded.indexOf(needle, at); hit >= 0; hit = folded.indexOf(needle, at)) {
        if (hit > at) parts.push({ text: body.slice(at, hit), isHit: false })
        at = hit + needle.length
        parts.push({ text: body.slice(hit, at), isHit: true })
    }
    if (at < body.length) parts.push({ text: body.slice(at), isHit: false })
    return parts
}
