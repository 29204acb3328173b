/*
 * What can be done with a search in each of its states; whether this person may is the
 * server's answer.
 */

import type { Link } from "@hall/link"
import { t } from "@hall/ui"
import { PersonRing, PersonState } from "@hall/wire"
import type {
    IdentityCheck, PersonConsent, PersonOutcome, PersonRelation, PersonRiskClass, PersonView,
} from "@hall/wire"
import type { Field, Move } from "../../moves/move.ts"
import { consents, identityChecks, outcomes, relations, riskClasses } from "./person_names.ts"

const reason = (isNeeded: boolean): Field => ({
    name: "reason", label: t("move.reason"), kind: "text", isNeeded, hint: t("move.staffOnly"),
})
const publicReason: Field["name"] = "publicReason"

function idOf({ personId, stateVersion }: PersonView): { personId: number; expectedVersion: number } {
    return { personId, expectedVersion: stateVersion }
}

function toReporter(): Field {
    return {
        name: publicReason, label: t("move.publicReason"), kind: "text", isNeeded: true,
        hint: t("move.reporterReads"),
    }
}

export function personMoves(link: Link, person: PersonView): Move[] {
    const activate: Move = {
        name: "activate", title: t("lost.activate"), key: "KeyA", isMain: true,
        hint: t("lost.activateHint"),
        fields: [
            { name: "reporterChecked", label: t("lost.reporterChecked"), kind: "check", isNeeded: true },
            { name: "consent", label: t("lost.consent"), kind: "choice", choices: consents(), isNeeded: true },
            { name: "riskClass", label: t("lost.riskClass"), kind: "choice", choices: riskClasses(),
              isNeeded: true, ...(person.riskClass === undefined ? {} : { start: person.riskClass }) },
            { name: "dutyNote", label: t("lost.dutyNote"), kind: "text", max: 400,
              hint: t("lost.dutyNoteHint") },
        ],
        send: (f) => link.call("person_activate", {
            ...idOf(person), reporterChecked: true, consent: f.number("consent") as PersonConsent,
            riskClass: f.number("riskClass") as PersonRiskClass, ...f.textAs("dutyNote"),
        }),
    }
    const reject: Move = {
        name: "reject", title: t("lost.reject"), isDanger: true, fields: [toReporter(), reason(false)],
        send: (f) => link.call("person_reject", {
            ...idOf(person), publicReason: f.text("publicReason"), ...f.textAs("reason"),
        }),
    }
    const locate: Move = {
        name: "located", title: t("lost.located"), key: "KeyE", isMain: true,
        hint: t("lost.locatedHint"),
        fields: [
            { name: "place", label: t("lost.foundAt"), kind: "line", isNeeded: true },
            { name: "note", label: t("lost.note"), kind: "text", max: 400 },
        ],
        send: (f) => link.call("person_located", {
            ...idOf(person), place: f.text("place"), ...f.textAs("note"),
        }),
    }
    const widen: Move = {
        name: "widen", title: t("lost.widen"), key: "KeyD", hint: t("lost.widenHint"), fields: [],
        send: () => link.call("person_widen", { ...idOf(person), ring: PersonRing.station }),
    }
    const freeze: Move = {
        name: "freeze", title: t(person.frozen === true ? "lost.thaw" : "lost.freeze"), fields: [],
        send: () => link.call("person_widen", { ...idOf(person), frozen: person.frozen !== true }),
    }
    const resume: Move = {
        name: "resume", title: t("lost.resume"), isMain: true, fields: [reason(true)],
        send: (f) => link.call("person_resume", { ...idOf(person), reason: f.text("reason") }),
    }
    const reunited: Move = {
        name: "reunited", title: t("lost.reunited"), key: "KeyE", isMain: true,
        hint: t("lost.takenDown"),
        fields: [
            { name: "recipientName", label: t("lost.recipient"), kind: "line", isNeeded: true, max: 40 },
            { name: "recipientRelation", label: t("lost.relation"), kind: "choice",
              choices: relations(), isNeeded: true },
            { name: "identityCheck", label: t("lost.identity"), kind: "choice",
              choices: identityChecks(), isNeeded: true },
            { name: "note", label: t("lost.note"), kind: "text", max: 400 },
        ],
        send: (f) => link.call("person_reunited", {
            ...idOf(person), recipientName: f.text("recipientName"),
            recipientRelation: f.number("recipientRelation") as PersonRelation,
            identityCheck: f.number("identityCheck") as IdentityCheck, ...f.textAs("note"),
        }),
    }
    const notSame: Move = {
        name: "not-same", title: t("lost.notSame"), fields: [reason(true)],
        send: (f) => link.call("person_not_same", { ...idOf(person), reason: f.text("reason") }),
    }
    const close: Move = {
        name: "close", title: t("lost.close"), hint: t("lost.closeHint"),
        fields: [
            { name: "outcome", label: t("lost.outcome"), kind: "choice", choices: outcomes(),
              isNeeded: true, ...(person.outcome === undefined ? {} : { start: person.outcome }) },
            reason(true),
        ],
        send: (f) => link.call("person_close", {
            ...idOf(person), outcome: f.number("outcome") as PersonOutcome, reason: f.text("reason"),
        }),
    }
    const cancel: Move = {
        name: "cancel", title: t("lost.cancel"), isDanger: true, hint: t("lost.takenDown"),
        fields: [toReporter(), reason(false)],
        send: (f) => link.call("person_cancel", {
            ...idOf(person), publicReason: f.text("publicReason"), ...f.textAs("reason"),
        }),
    }
    switch (person.state) {
        case PersonState.reported:
        case PersonState.verifying:
            return [activate, reject, cancel]
        case PersonState.active:
            return [
                locate, ...(person.ring === PersonRing.community ? [widen] : []), freeze, close, cancel,
            ]
        case PersonState.suspended:
            return [resume, cancel]
        case PersonState.located:
            return [reunited, notSame, close, cancel]
        default:
            return []
    }
}
