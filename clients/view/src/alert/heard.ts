/*
 * Which alerts and notices this browser page has already made a sound for. On every
 * connection the server says again what is in force: only what is new here is heard.
 */

import type { Urgent } from "@hall/link"
import type { useSession } from "../app/session.store.ts"
import { idOf } from "./alert.store.ts"

const FRESH_MS = 120_000
/** Kept over reloads of the page. */
const HEARD = "hall.heard"

/** Answers whether something should be heard, and remembers that it was. */
export function createHeard(session: ReturnType<typeof useSession>): (urgent: Urgent) => boolean {
    const heard = new Set(JSON.parse(sessionStorage.getItem(HEARD) ?? "[]") as string[])
    return (urgent) => {
        if (!urgent.isNews) return false
        const subject = urgent.kind === "alert" ? urgent.alert : urgent.notice
        const since = "alertId" in subject ? subject.createdAt : subject.publishedAt
        if (session.state.name !== "live" && session.link.serverNow() - since > FRESH_MS) return false
        const name = `${urgent.kind} ${JSON.stringify(idOf(subject))}`
        if (heard.has(name)) return false
        heard.add(name)
        sessionStorage.setItem(HEARD, JSON.stringify([...heard]))
        return true
    }
}
