/* Whether the whole chain is as it was written: asked part by part, the server computes it anew. */

import type { Link, LinkError } from "@hall/link"
import { AuditFault } from "@hall/wire"

export type ChainState =
    | { readonly name: "unknown" }
    | { readonly name: "checking"; readonly done: number; readonly total: number }
    | { readonly name: "whole"; readonly total: number; readonly at: number }
    | { readonly name: "broken"; readonly seq: number; readonly fault: AuditFault }
    | { readonly name: "failed"; readonly error: LinkError }

interface Watch {
    readonly isOver: () => boolean
    readonly tell: (state: ChainState) => void
    readonly wait: (ms: number) => Promise<void>
}

export async function checkChain(link: Pick<Link, "call" | "serverNow">, watch: Watch): Promise<void> {
    let done = 0
    let total = 0
    for (;;) {
        watch.tell({ name: "checking", done, total })
        const outcome = await link.call("audit_verify", { afterSeq: done })
        if (watch.isOver()) return
        if (!outcome.ok) {
            /* Too fast for the server: it says when to go on. */
            const wait = outcome.error.kind === "refused" ? outcome.error.retryAfterMs : undefined
            if (wait === undefined) {
                watch.tell({ name: "failed", error: outcome.error })
                return
            }
            await watch.wait(wait)
            if (watch.isOver()) return
            continue
        }
        const { checkedSeq, headSeq, badSeq, fault } = outcome.body
        total = headSeq
        if (badSeq !== undefined) {
            watch.tell({ name: "broken", seq: badSeq, fault: fault ?? AuditFault.changed })
            return
        }
        /* It grows while it is looked at: what came since the beginning is looked at, too. */
        if (checkedSeq >= headSeq || checkedSeq <= done) {
            watch.tell({ name: "whole", total: checkedSeq, at: link.serverNow() })
            return
        }
        done = checkedSeq
    }
}
