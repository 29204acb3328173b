/* Disputes in words. */

import {
    disputeChannelNames, disputeClassNames, disputeColourNames, disputeColourReasonNames,
    disputeEventNames, disputeGradeNames, disputeGuardNames, disputePauseReasonNames,
    disputeReferTargetNames, disputeRejectCodeNames, disputeSignNames, disputeStateNames,
    disputeSubclassNames, disputeTimerNames,
} from "@hall/wire/names"
import type {
    DisputeColour, DisputeColourReason, DisputeEvent, DisputeGuard, DisputeState, DisputeSubclass,
    DisputeTimer, DisputeView,
} from "@hall/wire"
import { choicesOf, nameOf } from "../../app/names.ts"

export const stateText = (state: DisputeState | number): string => nameOf("state", disputeStateNames, state)
export const subclassText = (value: DisputeSubclass | number | undefined): string =>
    nameOf("subclass", disputeSubclassNames, value)
export const colourText = (value: DisputeColour): string => nameOf("colour", disputeColourNames, value)
export const reasonText = (value: DisputeColourReason): string =>
    nameOf("because", disputeColourReasonNames, value)
export const eventText = (value: DisputeEvent): string => nameOf("event", disputeEventNames, value)
export const guardText = (value: DisputeGuard): string => nameOf("guard", disputeGuardNames, value)
export const timerText = (value: DisputeTimer): string => nameOf("timer", disputeTimerNames, value)
export const gradeText = (view: DisputeView): string => nameOf("grade", disputeGradeNames, view.grade)
export const channelText = (view: DisputeView): string => nameOf("channel", disputeChannelNames, view.channel)
export const classText = (view: Pick<DisputeView, "disputeClass">): string =>
    nameOf("class", disputeClassNames, view.disputeClass)

export const classes = () => choicesOf("class", disputeClassNames)
export const subclasses = () => choicesOf("subclass", disputeSubclassNames)
export const grades = () => choicesOf("grade", disputeGradeNames)
export const channels = () => choicesOf("channel", disputeChannelNames)
export const colours = () => choicesOf("colour", disputeColourNames)
export const questions = () => choicesOf("guard", disputeGuardNames)
export const signs = () => choicesOf("sign", disputeSignNames)
export const rejectCodes = () => choicesOf("reject", disputeRejectCodeNames)
export const referTargets = () => choicesOf("refer", disputeReferTargetNames)
/** Waiting for the reporter begins with a question to her, not by hand. */
export const pauseReasons = () => choicesOf("pause", disputePauseReasonNames, [5])
