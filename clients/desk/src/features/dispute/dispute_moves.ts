/*
 * What can be done with a dispute: one row per move the server names as legal now.
 * Whether this person may is the server's answer; a refusal keeps what was typed.
 */

import type { Link, Outcome } from "@hall/link"
import { t } from "@hall/ui"
import { DisputeColour, DisputeEvent, DisputeGuard, DisputeNoteKind } from "@hall/wire"
import type {
    DisputeAssessment, DisputeChannel, DisputeClass, DisputeFile, DisputeGrade, DisputePauseReason,
    DisputeReferTarget, DisputeRejectCode, DisputeSign, DisputeSubclass,
} from "@hall/wire"
import type { Choice, Field, Filled, Move } from "../../moves/move.ts"
import { alike, colleagues } from "./dispute_finders.ts"
import {
    channels, classes, colours, grades, pauseReasons, questions, referTargets, rejectCodes, signs,
    subclasses,
} from "./dispute_names.ts"

const reason = (isNeeded: boolean): Field => ({
    name: "reason", label: t("move.reason"), kind: "text", isNeeded, hint: t("move.staffOnly"),
})
const publicReason = (isNeeded: boolean): Field => ({
    name: "publicReason", label: t("move.publicReason"), kind: "text", isNeeded,
    hint: t("move.reporterReads"),
})

function assessmentFields({ view, peopleCount, claimYuan, signs: seen, guard }: DisputeFile): Field[] {
    return [
        {
            name: "guard", label: t("case.guard"), kind: "answers", choices: questions(),
            hint: t("case.guardHint"),
            start: (guard ?? []).filter((answer) => answer.yes).map((answer) => answer.question),
        },
        { name: "disputeClass", label: t("case.class"), kind: "choice", choices: classes(),
          isNeeded: true, start: view.disputeClass ?? 5 },
        { name: "subclass", label: t("case.subclass"), kind: "choice", choices: subclasses(),
          ...(view.subclass === undefined ? {} : { start: view.subclass }) },
        { name: "grade", label: t("case.grade"), kind: "choice", choices: grades(), isNeeded: true,
          start: view.grade ?? 1 },
        { name: "channel", label: t("case.channel"), kind: "choice", choices: channels(),
          isNeeded: true, start: view.channel ?? 2 },
        { name: "signs", label: t("case.signs"), kind: "choices", choices: signs(), start: seen ?? [] },
        { name: "peopleCount", label: t("case.people"), kind: "number",
          ...(peopleCount === undefined ? {} : { start: peopleCount }) },
        { name: "claimYuan", label: t("case.claim"), kind: "number",
          ...(claimYuan === undefined ? {} : { start: claimYuan }) },
    ]
}

function assessmentOf(filled: Filled): DisputeAssessment {
    const yes = new Set(filled.list("guard"))
    return {
        disputeClass: filled.number("disputeClass") as DisputeClass,
        grade: filled.number("grade") as DisputeGrade,
        channel: filled.number("channel") as DisputeChannel,
        guard: Object.values(DisputeGuard).map((question) => ({ question, yes: yes.has(question) })),
        signs: [...filled.list("signs")] as DisputeSign[],
        ...(filled.numberAs("subclass") as { subclass?: DisputeSubclass }),
        ...filled.numberAs("peopleCount"),
        ...filled.numberAs("claimYuan"),
    }
}

export interface MoveParts {
    readonly link: Link
    readonly file: DisputeFile
    readonly ownId: number
    readonly newKey: () => Uint8Array
}

type Row = (parts: MoveParts) => Move | readonly Move[]

const ROWS: Readonly<Partial<Record<DisputeEvent, Row>>> = {
    [DisputeEvent.accept]: ({ link, file }) => ({
        name: "accept", title: t("case.accept"), key: "KeyA", isMain: true,
        fields: [...assessmentFields(file), publicReason(false)],
        send: (f) => link.call("dispute_accept", {
            ...idOf(file), assessment: assessmentOf(f), ...f.textAs("publicReason"),
        }),
    }),
    [DisputeEvent.classify]: ({ link, file }) => ({
        name: "classify", title: t("case.classify"), fields: [...assessmentFields(file), reason(false)],
        send: (f) => link.call("dispute_classify", {
            ...idOf(file), assessment: assessmentOf(f), ...f.textAs("reason"),
        }),
    }),
    [DisputeEvent.assign]: ({ link, file, ownId }) => ({
        name: "assign", title: t("case.assign"), key: "KeyD", isMain: true,
        fields: [
            { name: "leadId", label: t("case.lead"), kind: "find", finder: colleagues(link, file),
              isNeeded: true, start: ownId, hint: t("case.leadHint") },
            { name: "panelIds", label: t("case.panel"), kind: "finds", start: [],
              finder: colleagues(link, file) },
            reason(false),
        ],
        send: (f) => link.call("dispute_assign", {
            ...idOf(file), leadId: f.number("leadId"),
            panelIds: f.list("panelIds").filter((id) => id !== f.number("leadId")),
            ...f.textAs("reason"),
        }),
    }),
    [DisputeEvent.start]: ({ link, file }) => ({
        name: "start", title: t("case.start"), isMain: true,
        fields: [
            { name: "partyConsents", label: t("case.consents"), kind: "check", isNeeded: true },
            { name: "guardianPresent", label: t("case.guardian"), kind: "check" },
        ],
        send: (f) => link.call("dispute_start", {
            ...idOf(file), partyConsents: true, guardianPresent: f.check("guardianPresent"),
        }),
    }),
    [DisputeEvent.pause]: ({ link, file }) => ({
        name: "pause", title: t("case.pause"), key: "KeyS",
        fields: [
            { name: "pauseReason", label: t("move.reason"), kind: "choice", choices: pauseReasons(), isNeeded: true },
            publicReason(false),
        ],
        send: (f) => link.call("dispute_pause", {
            ...idOf(file), pauseReason: f.number("pauseReason") as DisputePauseReason,
            ...f.textAs("publicReason"),
        }),
    }),
    [DisputeEvent.resume]: ({ link, file }) => ({
        name: "resume", title: t("case.resume"), isMain: true, fields: [reason(false)],
        send: (f) => link.call("dispute_resume", { ...idOf(file), ...f.textAs("reason") }),
    }),
    [DisputeEvent.settleOnScene]: ({ link, file }) => ({
        name: "settle", title: t("case.settle"), key: "KeyE",
        fields: [
            ...assessmentFields(file),
            { name: "who", label: t("case.settle.who"), kind: "line", isNeeded: true },
            { name: "what", label: t("case.settle.what"), kind: "text", isNeeded: true, max: 500 },
            { name: "cause", label: t("case.settle.cause"), kind: "text", isNeeded: true, max: 500 },
            { name: "result", label: t("case.settle.result"), kind: "text", isNeeded: true, max: 500,
              hint: t("move.reporterReads") },
            { name: "obligations", label: t("case.settle.obligations"), kind: "text", max: 500 },
            { name: "bothAgree", label: t("case.settle.both"), kind: "check", isNeeded: true },
        ],
        send: (f) => link.call("dispute_settle_on_scene", {
            ...idOf(file), bothAgree: true, assessment: assessmentOf(f),
            settlement: {
                who: f.text("who"), what: f.text("what"), cause: f.text("cause"), result: f.text("result"),
                ...f.textAs("obligations"),
            },
        }),
    }),
    [DisputeEvent.unsettle]: ({ link, file }) => ({
        name: "unsettle", title: t("case.unsettle"),
        fields: [
            { name: "partyRefuses", label: t("case.refuses"), kind: "check" },
            reason(true), publicReason(false),
        ],
        send: (f) => link.call("dispute_unsettle", {
            ...idOf(file), partyRefuses: f.check("partyRefuses"), reason: f.text("reason"),
            ...f.textAs("publicReason"),
        }),
    }),
    [DisputeEvent.track]: ({ link, file }) => ({
        name: "track", title: t("case.track"), fields: [reason(false), publicReason(false)],
        send: (f) => link.call("dispute_track", {
            ...idOf(file), ...f.textAs("reason"), ...f.textAs("publicReason"),
        }),
    }),
    [DisputeEvent.refer]: ({ link, file }) => ({
        name: "refer", title: t("case.refer"), key: "KeyT",
        fields: [
            { name: "target", label: t("case.referTo"), kind: "choice", choices: referTargets(), isNeeded: true },
            publicReason(true), reason(false),
        ],
        send: (f) => link.call("dispute_refer", {
            ...idOf(file), target: f.number("target") as DisputeReferTarget,
            publicReason: f.text("publicReason"), ...f.textAs("reason"),
        }),
    }),
    [DisputeEvent.reject]: ({ link, file }) => ({
        name: "reject", title: t("case.reject"), isDanger: true,
        fields: [
            { name: "code", label: t("move.reason"), kind: "choice", choices: rejectCodes(), isNeeded: true },
            publicReason(true), reason(false),
        ],
        send: (f) => link.call("dispute_reject", {
            ...idOf(file), code: f.number("code") as DisputeRejectCode,
            publicReason: f.text("publicReason"), ...f.textAs("reason"),
        }),
    }),
    [DisputeEvent.merge]: ({ link, file }) => ({
        name: "merge", title: t("case.merge"), hint: t("case.mergeHint"),
        fields: [
            { name: "intoId", label: t("case.mergeInto"), kind: "find", isNeeded: true,
              finder: alike(link, file) },
            reason(false),
        ],
        send: (f) => link.call("dispute_merge", {
            ...idOf(file), intoId: f.number("intoId"), ...f.textAs("reason"),
        }),
    }),
    [DisputeEvent.reopen]: ({ link, file }) => ({
        name: "reopen", title: t("case.reopen"), fields: [reason(true)],
        send: (f) => link.call("dispute_reopen", { ...idOf(file), reason: f.text("reason") }),
    }),
    [DisputeEvent.colour]: ({ link, file }) => colourMoves(link, file),
    [DisputeEvent.note]: ({ link, file, newKey }) => [
        writeMove("note", DisputeNoteKind.note, "KeyP", { link, file, newKey }),
        writeMove("answer", DisputeNoteKind.toReporter, "KeyR", { link, file, newKey }),
        writeMove("ask", DisputeNoteKind.question, undefined, { link, file, newKey }),
    ],
}

function colourMoves(link: Link, file: DisputeFile): Move[] {
    const { colour } = file.view
    const fields = (choices: readonly Choice[]): Field[] => [
        { name: "colour", label: t("case.colour"), kind: "choice", choices, isNeeded: true,
          ...(choices[0] === undefined ? {} : { start: choices[0].value }) },
        reason(true),
    ]
    const send = (name: "dispute_raise" | "dispute_lower") => (f: Filled): Promise<Outcome<unknown>> =>
        link.call(name, {
            ...idOf(file), colour: f.number("colour") as DisputeColour, reason: f.text("reason"),
        })
    const higher = colours().filter(({ value }) => value > colour)
    const lower = colours().filter(({ value }) => value < colour)
    return [
        ...(higher.length === 0 ? [] : [{
            name: "raise", title: t("case.raise"), fields: fields(higher), send: send("dispute_raise"),
        }]),
        ...(lower.length === 0 ? [] : [{
            name: "lower", title: t("case.lower"), hint: t("case.lowerHint"),
            fields: fields(lower), send: send("dispute_lower"),
        }]),
    ]
}

function writeMove(
    name: "note" | "answer" | "ask", kind: DisputeNoteKind, key: string | undefined,
    { link, file, newKey }: Pick<MoveParts, "link" | "file" | "newKey">,
): Move {
    const clientKey = newKey()
    return {
        name, title: t(`case.${name}`), ...(key === undefined ? {} : { key }),
        hint: t(name === "note" ? "move.staffOnly" : "move.reporterReads"),
        fields: [{ name: "body", label: t("case.words"), kind: "text", isNeeded: true, max: 2000 }],
        send: (f) => link.call("dispute_note", {
            disputeId: file.view.disputeId, clientKey, kind, body: f.text("body"),
        }),
    }
}

function idOf({ view }: DisputeFile): { disputeId: number; expectedVersion: number } {
    return { disputeId: view.disputeId, expectedVersion: view.stateVersion }
}

/** In the order in which they stand in the table above. */
export function disputeMoves(parts: MoveParts): Move[] {
    const legal = parts.file.view.moves ?? []
    const order = [
        DisputeEvent.accept, DisputeEvent.assign, DisputeEvent.start, DisputeEvent.resume,
        DisputeEvent.settleOnScene, DisputeEvent.pause, DisputeEvent.unsettle, DisputeEvent.track,
        DisputeEvent.refer, DisputeEvent.merge, DisputeEvent.reject, DisputeEvent.reopen,
        DisputeEvent.classify,
        DisputeEvent.colour, DisputeEvent.note,
    ]
    return order
        .filter((event) => event === DisputeEvent.note || legal.includes(event))
        .flatMap((event) => ROWS[event]?.(parts) ?? [])
}
