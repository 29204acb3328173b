/* The chain is asked for part by part, at the pace the server allows. */

import { AuditFault, ErrorCode } from "@hall/wire"
import type { AuditState } from "@hall/wire"
import type { Outcome } from "@hall/link"
import { expect, test } from "vitest"
import { checkChain } from "../src/features/audit/chain.ts"
import type { ChainState } from "../src/features/audit/chain.ts"

function part(checkedSeq: number, headSeq: number, bad?: number): Outcome<AuditState> {
    return { ok: true, body: { checkedSeq, headSeq,
        ...(bad === undefined ? {} : { badSeq: bad, fault: AuditFault.missing }) } }
}

/** What was asked for, waited and said, of a server that answers so. */
async function run(answers: Outcome<AuditState>[]): Promise<{
    asked: number[]; waited: number[]; last: ChainState | undefined
}> {
    const asked: number[] = []
    const waited: number[] = []
    let last: ChainState | undefined
    const call = async (_: string, { afterSeq }: { afterSeq: number }) => {
        asked.push(afterSeq)
        return answers[asked.length - 1]
    }
    await checkChain({ call, serverNow: () => 1 } as unknown as Parameters<typeof checkChain>[0], {
        isOver: () => false, tell: (state) => (last = state),
        wait: async (ms) => void waited.push(ms),
    })
    return { asked, waited, last }
}

test("it is whole when the last part was", async () => {
    const { asked, last } = await run([part(300, 650), part(600, 650), part(651, 651)])
    expect(asked).toEqual([0, 300, 600])
    expect(last).toEqual({ name: "whole", total: 651, at: 1 })
})

test("the first that does not fit is named and nothing after it asked for", async () => {
    const { asked, last } = await run([part(300, 650), part(449, 650, 450)])
    expect(asked).toEqual([0, 300])
    expect(last).toEqual({ name: "broken", seq: 450, fault: AuditFault.missing })
})

test("too fast: it waits as long as it was told; cut off: it says so", async () => {
    const slow: Outcome<AuditState> = { ok: false, error: {
        kind: "refused", code: ErrorCode.rateLimited, retryAfterMs: 400 } }
    const { asked, waited, last } = await run([slow, part(10, 20), { ok: false, error: { kind: "lost" } }])
    expect(asked).toEqual([0, 0, 10])
    expect(waited).toEqual([400])
    expect(last).toEqual({ name: "failed", error: { kind: "lost" } })
})
