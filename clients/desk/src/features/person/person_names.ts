/* Missing persons in words. */

import {
    ageBandNames, identityCheckNames, personClaimNames, personConsentNames, personOutcomeNames,
    personRelationNames, personRingNames, personRiskClassNames, personRiskNames, personSexNames,
    personStateNames, sightingStateNames,
} from "@hall/wire/names"
import type {
    PersonClaim, PersonConsent, PersonOutcome, PersonRelation, PersonRing, PersonRisk, PersonRiskClass,
    PersonSex, PersonState, SightingState,
} from "@hall/wire"
import { choicesOf, nameOf } from "../../app/names.ts"

export const personStateText = (state: PersonState | number): string =>
    nameOf("search", personStateNames, state)
export const ageText = (age: number | undefined): string => nameOf("age", ageBandNames, age)
export const sexText = (sex: PersonSex): string => nameOf("sex", personSexNames, sex)
export const relationText = (relation: PersonRelation): string =>
    nameOf("relation", personRelationNames, relation)
export const riskText = (risk: PersonRisk): string => nameOf("risk", personRiskNames, risk)
export const riskClassText = (risk: PersonRiskClass): string =>
    nameOf("riskClass", personRiskClassNames, risk)
export const ringText = (ring: PersonRing): string => nameOf("ring", personRingNames, ring)
export const claimText = (claim: PersonClaim): string => nameOf("claim", personClaimNames, claim)
export const consentText = (consent: PersonConsent): string => nameOf("consent", personConsentNames, consent)
export const outcomeText = (outcome: PersonOutcome): string => nameOf("outcome", personOutcomeNames, outcome)
export const sightingText = (state: SightingState): string => nameOf("sighting", sightingStateNames, state)

export const consents = () => choicesOf("consent", personConsentNames)
export const riskClasses = () => choicesOf("riskClass", personRiskClassNames)
export const relations = () => choicesOf("relation", personRelationNames)
export const identityChecks = () => choicesOf("identity", identityCheckNames)
export const outcomes = () => choicesOf("outcome", personOutcomeNames)
