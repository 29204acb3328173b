/*
 * matters: the disputes this person reported and the searches she may see, newest
 * version of each. Asked for when somebody looks, then kept by what is pushed. Never
 * written to the device; what is taken down is gone from here before it is confirmed.
 */

import { PersonState, RevokedKind } from "@hall/wire"
import type { DisputeView, PersonView, Revocation } from "@hall/wire"
import type { Link } from "./link.ts"
import type { Outcome } from "./replies.ts"

export type ListState = "idle" | "loading" | "listed" | "failed"

const PERSON_ENDED: ReadonlySet<number> = new Set([
    PersonState.reunited, PersonState.closedOther, PersonState.cancelled,
])

export function isPersonOpen(person: PersonView): boolean {
    return !PERSON_ENDED.has(person.state)
}

export class Matters {
    readonly disputes = new Map<number, DisputeView>()
    readonly persons = new Map<number, PersonView>()
    disputesState: ListState = "idle"
    personsState: ListState = "idle"
    hasMore = false
    /** Taken down in this run: answers that were on their way must not bring them back. */
    private readonly gone_ = new Map<number, number>()
    private readonly goneMedia_ = new Set<string>()
    /** Taken down since the list was asked for: the answer may be older than that. */
    private goneMeanwhile_ = new Set<number>()
    private readonly link_: Link
    private readonly changed_: () => void

    constructor(link: Link, changed: () => void) {
        this.link_ = link
        this.changed_ = changed
        link.signals.dispute.on((dispute) => this.applyDispute(dispute))
        link.signals.person.on((person) => this.applyPerson(person))
        link.signals.revoked.on((revocations) => this.revoke_(revocations))
        link.signals.me.on(() => {
            if (link.me === null) this.clear_()
        })
        link.signals.state.on((state) => {
            if (state.name === "live") this.refresh_()
        })
    }

    applyDispute(dispute: DisputeView): void {
        const known = this.disputes.get(dispute.disputeId)
        if (known !== undefined && known.stateVersion > dispute.stateVersion) return
        this.disputes.set(dispute.disputeId, dispute)
        this.changed_()
    }

    applyPerson(person: PersonView): void {
        const known = this.persons.get(person.personId)
        if (known !== undefined && known.stateVersion > person.stateVersion) return
        const isNarrower =
            known?.stateVersion === person.stateVersion && known.audience > person.audience
        if (isNarrower) return
        this.persons.set(person.personId, this.withoutRevoked(person))
        this.changed_()
    }

    /** A search as it may be shown, whatever an answer under way still says. */
    withoutRevoked(person: PersonView): PersonView {
        const goneAt = this.gone_.get(person.personId)
        if (goneAt !== undefined && person.stateVersion <= goneAt) return withoutCard(person)
        const { card } = person
        if (card?.media?.some((media) => this.goneMedia_.has(media.mediaId)) !== true) return person
        const media = card.media.filter((item) => !this.goneMedia_.has(item.mediaId))
        return { ...person, card: { ...card, media } }
    }

    async listDisputes(beforeId?: number): Promise<void> {
        this.disputesState = "loading"
        this.changed_()
        const outcome = await this.link_.call(
            "dispute_mine", beforeId === undefined ? {} : { beforeId },
        )
        this.disputesState = this.after_(outcome)
        if (outcome.ok) {
            for (const dispute of outcome.body.disputes) this.applyDispute(dispute)
            this.hasMore = outcome.body.more
        }
        this.changed_()
    }

    async listPersons(): Promise<void> {
        this.personsState = "loading"
        this.goneMeanwhile_ = new Set()
        this.changed_()
        const outcome = await this.link_.call("person_list", {})
        this.personsState = this.after_(outcome)
        if (outcome.ok) {
            const listed = new Set(outcome.body.persons.map((person) => person.personId))
            for (const [id, person] of this.persons)
                if (!listed.has(id) && isPersonOpen(person)) this.persons.delete(id)
            for (const person of outcome.body.persons)
                this.applyPerson(
                    this.goneMeanwhile_.has(person.personId) ? withoutCard(person) : person,
                )
        }
        this.changed_()
    }

    /** Without a connection it is not refused: it is asked for again when there is one. */
    private after_(outcome: Outcome<unknown>): ListState {
        if (outcome.ok) return "listed"
        const isAway = outcome.error.kind === "lost" && this.link_.state.name !== "live"
        return isAway ? "loading" : "failed"
    }

    /** Connected again: what somebody looked at before is asked for anew. */
    private refresh_(): void {
        if (this.disputesState !== "idle") void this.listDisputes()
        if (this.personsState !== "idle") void this.listPersons()
    }

    private revoke_(revocations: readonly Revocation[]): void {
        let isChanged = false
        for (const { kind, mediaId, personId, personVersion } of revocations) {
            if (kind === RevokedKind.media && mediaId !== undefined) this.goneMedia_.add(mediaId)
            if (kind !== RevokedKind.person || personId === undefined) continue
            this.goneMeanwhile_.add(personId)
            const known = this.persons.get(personId)
            if (known === undefined) continue
            /* The version it went with says itself what is left of it, and may be here before. */
            this.gone_.set(personId, (personVersion ?? known.stateVersion + 1) - 1)
            isChanged = true
        }
        for (const [id, person] of this.persons) {
            const kept = this.withoutRevoked(person)
            if (kept === person) continue
            this.persons.set(id, kept)
            isChanged = true
        }
        if (isChanged) this.changed_()
    }

    private clear_(): void {
        this.disputes.clear()
        this.persons.clear()
        /* Somebody looks: it is asked for as soon as it is known for whom. */
        if (this.disputesState !== "idle") this.disputesState = "loading"
        if (this.personsState !== "idle") this.personsState = "loading"
        this.changed_()
    }
}

/** What is left of a search nobody is to see any more: that there was one. */
function withoutCard(person: PersonView): PersonView {
    const { card: _card, foundPlace: _foundPlace, ...rest } = person
    return rest
}
