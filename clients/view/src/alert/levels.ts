/* Levels as word, shape and colour; scam types and features as words. */

import { t } from "@hall/ui"
import type { WordKey } from "@hall/ui"
import { AlertLevel } from "@hall/wire"
import {
    alertStateNames, scamFeatureNames, scamTypeNames, targetAnswerNames,
} from "@hall/wire/names"
import type { AlertState, ScamFeature, ScamType, TargetAnswer } from "@hall/wire"

export type Colour = "red" | "yellow" | "blue"

export function colourOf(level: AlertLevel): Colour {
    if (level === AlertLevel.critical) return "red"
    return level === AlertLevel.high ? "yellow" : "blue"
}

const LEVEL_WORDS: Readonly<Record<number, WordKey>> = {
    [AlertLevel.critical]: "alert.level.critical",
    [AlertLevel.high]: "alert.level.high",
    [AlertLevel.medium]: "alert.level.medium",
    [AlertLevel.low]: "alert.level.low",
}

export function levelName(level: AlertLevel): string {
    return t((LEVEL_WORDS[level] ?? "alert.level.low") as "alert.level.low")
}

export function colourName(level: AlertLevel): string {
    return t(`alert.colour.${colourOf(level)}`)
}

/* Names come from the schema; a value a newer server sends is "other". */

export function scamName(scam: ScamType): string {
    return t(`alert.scam.${scamTypeNames[scam] ?? "other"}` as "alert.scam.other")
}

export function featureName(feature: ScamFeature): string {
    const name = scamFeatureNames[feature]
    return name === undefined ? t("alert.scam.other") : t(`feature.${name}` as "feature.urgency")
}

/** What the person the order is about says herself, as those read it who go to her. */
export function answerName(answer: TargetAnswer): string {
    return t(`answer.${targetAnswerNames[answer] ?? "not_paid"}` as "answer.not_paid")
}

export function stateName(state: AlertState): string {
    return t(`work.state.${alertStateNames[state] ?? "received"}` as "work.state.received")
}
