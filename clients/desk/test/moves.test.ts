/* What can be done in which state, and what is said to the server for it. */

import type { Link } from "@hall/link"
import {
    DisputeAudience, DisputeColour, DisputeEvent, DisputeGuard, DisputeState, PersonAudience,
    PersonRing, PersonState,
} from "@hall/wire"
import type { DisputeFile, PersonView } from "@hall/wire"
import { beforeAll, describe, expect, test } from "vitest"
import { addWords, setLanguage } from "../../ui/src/words.ts"
import { deskWords } from "../../ui/src/desk_words.ts"
import { disputeMoves } from "../src/features/dispute/dispute_moves.ts"
import { personMoves } from "../src/features/person/person_moves.ts"
import { Filled, missing } from "../src/moves/move.ts"
import type { Move } from "../src/moves/move.ts"

beforeAll(async () => {
    Object.assign(globalThis, { document: { documentElement: { lang: "" } } })
    addWords(deskWords)
    await setLanguage("en")
})

/** Says what would have been sent. */
const said: [string, unknown][] = []
const link = {
    call: (name: string, body: unknown) => {
        said.push([name, body])
        return Promise.resolve({ ok: true, body: {} })
    },
} as unknown as Link

function file(state: DisputeState, moves: DisputeEvent[], colour: DisputeColour = DisputeColour.yellow): DisputeFile {
    return {
        view: {
            disputeId: 5, no: "D-5", state, stateVersion: 4, audience: DisputeAudience.staff, colour,
            communityName: "C", createdAt: 1, updatedAt: 2, plainState: "", moves,
        },
        lines: [],
    }
}

const parts = (of: DisputeFile) => ({
    link, file: of, ownId: 7, newKey: () => new Uint8Array(16),
})

async function send(move: Move | undefined, values: Record<string, unknown>): Promise<[string, unknown]> {
    if (move === undefined) throw new Error("no such move")
    await move.send(new Filled(values as Record<string, string>))
    return said[said.length - 1] ?? ["", null]
}

describe("a dispute", () => {
    test("offers what its state allows, writing always", () => {
        const names = disputeMoves(parts(file(DisputeState.submitted, [
            DisputeEvent.accept, DisputeEvent.reject, DisputeEvent.refer, DisputeEvent.colour,
            DisputeEvent.withdraw,
        ]))).map(({ name }) => name)
        expect(names).toEqual(["accept", "refer", "reject", "raise", "lower", "note", "answer", "ask"])
    })

    test("a red one cannot be raised, a blue one not lowered", () => {
        const names = (colour: DisputeColour): string[] =>
            disputeMoves(parts(file(DisputeState.accepted, [DisputeEvent.colour], colour)))
                .map(({ name }) => name)
        expect(names(DisputeColour.red)).not.toContain("raise")
        expect(names(DisputeColour.blue)).not.toContain("lower")
    })

    test("is accepted with all nine questions answered, at the version that was seen", async () => {
        const [accept] = disputeMoves(parts(file(DisputeState.submitted, [DisputeEvent.accept])))
        const [name, body] = await send(accept, {
            guard: [DisputeGuard.minor], disputeClass: 3, grade: 1, channel: 2, signs: [], publicReason: " ",
        })
        expect(name).toBe("dispute_accept")
        expect(body).toMatchObject({ disputeId: 5, expectedVersion: 4 })
        expect(body).not.toHaveProperty("publicReason")
        const { guard } = (body as { assessment: { guard: { question: number; yes: boolean }[] } }).assessment
        expect(guard.length).toBe(Object.values(DisputeGuard).length)
        expect(guard.filter(({ yes }) => yes).map(({ question }) => question)).toEqual([DisputeGuard.minor])
    })

    test("is given to a lead who is not among the helpers", async () => {
        const move = disputeMoves(parts(file(DisputeState.accepted, [DisputeEvent.assign])))[0]
        const [, body] = await send(move, { leadId: 8, panelIds: [7, 8] })
        expect(body).toEqual({ disputeId: 5, expectedVersion: 4, leadId: 8, panelIds: [7] })
    })

    test("every key is given once", () => {
        const keys = disputeMoves(parts(file(DisputeState.accepted, Object.values(DisputeEvent))))
            .flatMap(({ key }) => key ?? [])
        expect(new Set(keys).size).toBe(keys.length)
    })
})

describe("a search", () => {
    const person = (state: PersonState): PersonView => ({
        personId: 3, state, stateVersion: 2, audience: PersonAudience.officers, createdAt: 1,
        updatedAt: 1, ring: PersonRing.community,
    })
    const names = (state: PersonState): string[] => personMoves(link, person(state)).map(({ name }) => name)

    test("offers what its state allows", () => {
        expect(names(PersonState.verifying)).toEqual(["activate", "reject", "cancel"])
        expect(names(PersonState.active)).toEqual(["located", "widen", "freeze", "close", "cancel"])
        expect(names(PersonState.suspended)).toEqual(["resume", "cancel"])
        expect(names(PersonState.located)).toEqual(["reunited", "not-same", "close", "cancel"])
        for (const ended of [PersonState.reunited, PersonState.closedOther, PersonState.cancelled])
            expect(names(ended)).toEqual([])
    })

    test("is shown only when the reporter was checked", () => {
        const activate = personMoves(link, person(PersonState.verifying))[0]
        expect(missing(activate?.fields ?? [], { consent: 1, riskClass: 1 })).toEqual(["reporterChecked"])
        expect(missing(activate?.fields ?? [], { reporterChecked: true, consent: 1, riskClass: 2 })).toEqual([])
    })

    test("already wide is not widened again", () => {
        const wide = { ...person(PersonState.active), ring: PersonRing.station }
        expect(personMoves(link, wide).map(({ name }) => name)).not.toContain("widen")
    })
})
