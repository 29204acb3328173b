/* What searches and people are called, in words everybody uses. */

import { someTime, t } from "@hall/ui"
import { AgeBand, PersonRelation, PersonRisk, PersonSex, PersonState } from "@hall/wire"
import { ageBandNames, personRelationNames, personRiskNames, personSexNames, personStateNames } from "@hall/wire/names"
import type { PersonCard } from "@hall/wire"

interface Choice {
    readonly value: number
    readonly text: string
}

export function personStateName(state: PersonState): string {
    return t(`person.state.${personStateNames[state] ?? "active"}` as "person.state.active")
}

export function ageName(band: AgeBand): string {
    return t(`person.age.${ageBandNames[band] ?? "from_18"}` as "person.age.from_18")
}

export function sexName(sex: PersonSex): string {
    return t(`person.sex.${personSexNames[sex] ?? "other"}` as "person.sex.other")
}

export function ageChoices(): Choice[] {
    return Object.values(AgeBand).map((value) => ({ value, text: ageName(value) }))
}

export function sexChoices(): Choice[] {
    return [PersonSex.female, PersonSex.male].map((value) => ({ value, text: sexName(value) }))
}

/** What the reporter can be to the person. */
export function relationChoices(): Choice[] {
    return Object.values(PersonRelation)
        .filter((value) => value !== PersonRelation.self)
        .map((value) => ({
            value,
            text: t(`person.relation.${personRelationNames[value] ?? "other"}` as
                "person.relation.other"),
        }))
}

export function riskChoices(): Choice[] {
    return Object.values(PersonRisk).map((value) => ({
        value,
        text: t(`person.risk.${personRiskNames[value] ?? "other"}` as "person.risk.other"),
    }))
}

/** A search in one spoken text. */
export function spokenCard(card: PersonCard, now: number): string {
    return [
        t("person.looking"), card.name, sexName(card.sex), ageName(card.ageBand), card.looks,
        card.clothes, someTime(card.lastSeenAt, now), card.lastSeenPlace,
    ].filter((part) => part !== "").join("，")
}
