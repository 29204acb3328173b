/* An item of the queue in words. */

import { scamName, stateName } from "@hall/view/alert/levels.ts"
import { t } from "@hall/ui"
import { WorkKind, WorkUrgency } from "@hall/wire"
import { workKindNames, workUrgencyNames, workWaitingNames } from "@hall/wire/names"
import type { AlertState, DisputeClass, ScamType, WorkView } from "@hall/wire"
import { nameOf } from "../../app/names.ts"
import { classText, stateText, subclassText } from "../dispute/dispute_names.ts"
import { ageText, personStateText } from "../person/person_names.ts"

export const kindText = (kind: WorkKind): string => nameOf("kind", workKindNames, kind)
export const urgencyText = (urgency: WorkUrgency): string => nameOf("urgency", workUrgencyNames, urgency)
export const waitingText = (item: WorkView): string => nameOf("waits", workWaitingNames, item.waitingFor)

export function colourOfWork(urgency: WorkUrgency): "red" | "yellow" | "blue" | "none" {
    switch (urgency) {
        case WorkUrgency.red:
            return "red"
        case WorkUrgency.yellow:
            return "yellow"
        case WorkUrgency.blue:
            return "blue"
        default:
            return "none"
    }
}

export function titleText(item: WorkView): string {
    switch (item.workKind) {
        case WorkKind.alert:
            return scamName(item.titleCode as ScamType)
        case WorkKind.dispute:
            return item.titleDetail === undefined
                ? classText({ disputeClass: item.titleCode as DisputeClass })
                : subclassText(item.titleDetail)
        case WorkKind.personSearch:
            return t("lost.lost", { age: ageText(item.titleCode) })
        default:
            return item.no
    }
}

export function stateOf(item: WorkView): string {
    switch (item.workKind) {
        case WorkKind.alert:
            return stateName(item.state as AlertState)
        case WorkKind.dispute:
            return stateText(item.state)
        default:
            return personStateText(item.state)
    }
}

export function placeText(item: WorkView): string {
    return item.communityName ?? ""
}

/** Everything a row says, for the field above the list. */
export function rowWords(item: WorkView): string {
    return [
        item.no, titleText(item), stateOf(item), placeText(item), item.leadName ?? "",
        kindText(item.workKind), waitingText(item),
    ].join(" ")
}
