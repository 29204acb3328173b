import {
    AgeBand, DisputeAudience, DisputeColour, DisputeState, PersonAudience, PersonSex, PersonState, RevokedKind,
} from "@hall/wire"
import type { DisputeView, PersonView } from "@hall/wire"
import { describe, expect, it } from "vitest"
import { Matters } from "../src/matters.ts"
import type { PeerSocket } from "./fake_peer.ts"
import { play } from "./start_link.ts"

const CARD = {
    name: "周奶奶", ageBand: AgeBand.from75, sex: PersonSex.female, looks: "短白发", clothes: "红袄",
    lastSeenAt: 1, lastSeenPlace: "东门", media: [{ mediaId: "abc", width: 3, height: 4 }],
}
const person = (stateVersion: number, more: Partial<PersonView> = {}): PersonView => ({
    personId: 5, state: PersonState.active, stateVersion, audience: PersonAudience.public,
    createdAt: 1, updatedAt: 1, card: CARD, ...more,
})
const dispute = (stateVersion: number, plainState: string): DisputeView => ({
    disputeId: 9, no: "D-1", state: DisputeState.submitted, stateVersion,
    audience: DisputeAudience.reporter, colour: DisputeColour.blue, communityName: "柳荫",
    createdAt: 1, updatedAt: 1, plainState,
})

async function open() {
    const played = play()
    played.peer.addRoom(1)
    const answers = { disputes: [] as DisputeView[], persons: [] as PersonView[], delayMs: 0 }
    played.peer.intercept = (frame, socket) => {
        const { disputes, persons } = answers
        const answer = (): void => {
            if (frame.name === "dispute_mine")
                socket.push("dispute_page", frame.seq, { disputes, more: false })
            else socket.push("person_page", frame.seq, { persons })
        }
        if (frame.name !== "dispute_mine" && frame.name !== "person_list") return false
        if (answers.delayMs === 0) answer()
        else played.clock.after(answers.delayMs, answer)
        return true
    }
    const link = await played.page()
    const matters = new Matters(link, () => undefined)
    return { ...played, link, matters, answers }
}

const revoked = (socket: PeerSocket): void =>
    socket.push("revoked", 0, {
        revocations: [{ revocationSeq: 1, kind: RevokedKind.person, personId: 5 }], headSeq: 1,
    })

describe("matters", () => {
    it("are asked for again when they were wanted before there was a connection", async () => {
        const { clock, matters, answers } = await open()
        answers.disputes = [dispute(1, "已提交")]
        void matters.listDisputes()
        await clock.advance(0)
        expect(matters.disputesState).toBe("loading")
        await clock.advance(2000)
        expect(matters.disputesState).toBe("listed")
        expect(matters.disputes.get(9)?.plainState).toBe("已提交")
    })

    it("keep the newest version, whatever comes last", async () => {
        const { clock, matters, peer } = await open()
        await clock.advance(2000)
        peer.socket.push("dispute_pushed", 0, { dispute: dispute(3, "调解中") })
        peer.socket.push("dispute_pushed", 0, { dispute: dispute(2, "已受理") })
        await clock.advance(100)
        expect(matters.disputes.get(9)?.plainState).toBe("调解中")
    })

    it("let go of what is taken down, and an older answer does not bring it back", async () => {
        const { clock, matters, peer, answers } = await open()
        await clock.advance(2000)
        answers.persons = [person(2)]
        await Promise.all([matters.listPersons(), clock.advance(100)])
        expect(matters.persons.get(5)?.card).toBeDefined()
        answers.delayMs = 50
        void matters.listPersons()
        await clock.advance(20)
        revoked(peer.socket)
        await clock.advance(20)
        expect(matters.persons.get(5)?.card).toBeUndefined()
        await clock.advance(200)
        expect(matters.persons.get(5)?.card).toBeUndefined()
        /* Somebody else was found: a newer version shows her again. */
        peer.socket.push("person_pushed", 0, { person: person(4) })
        await clock.advance(100)
        expect(matters.persons.get(5)?.card).toBeDefined()
    })

    it("drop one picture and keep the rest", async () => {
        const { clock, matters, peer } = await open()
        await clock.advance(2000)
        peer.socket.push("person_pushed", 0, { person: person(1) })
        peer.socket.push("revoked", 0, {
            revocations: [{ revocationSeq: 1, kind: RevokedKind.media, mediaId: "abc" }], headSeq: 1,
        })
        await clock.advance(100)
        expect(matters.persons.get(5)?.card?.name).toBe("周奶奶")
        expect(matters.persons.get(5)?.card?.media).toEqual([])
    })
})
