/* Entries of the audit in words; what this build has no word for is "something else". */

import { t } from "@hall/ui"
import type { WordKey } from "@hall/ui"
import { auditObjectNames } from "@hall/wire/names"
import type { AuditEntry } from "@hall/wire"
import { roleName } from "../../app/roles.ts"

/** What every subject's readings are called, and the subjects as the screen groups them. */
export const GROUPS: readonly { readonly value: string; readonly word: WordKey }[] = [
    { value: "", word: "audit.group.all" },
    { value: "readings", word: "audit.group.readings" },
    { value: "dispute.", word: "desk.kind.dispute" },
    { value: "fraud.", word: "desk.kind.alert" },
    { value: "person.", word: "desk.kind.person_search" },
    { value: "member.", word: "audit.group.member" },
    { value: "message.", word: "audit.group.message" },
    { value: "account.", word: "audit.group.account" },
    { value: "role.", word: "audit.group.role" },
    { value: "audit.", word: "audit.group.audit" },
]

function word(key: string): string {
    return t(key as "audit.other")
}

export function actionText(action: string): string {
    const own = word(`audit.do.${action}`)
    if (own !== "") return own
    if (action.endsWith(".read")) return t("audit.read")
    const [subject, event] = action.split(".")
    const moved = subject === "dispute" ? word(`desk.event.${event ?? ""}`) : ""
    return moved === "" ? t("audit.other") : moved
}

export function objectText(entry: AuditEntry): string {
    if (entry.object === undefined) return ""
    const kind = word(`audit.object.${auditObjectNames[entry.object] ?? "other"}`)
    return entry.objectName === undefined ? kind : `${kind} ${entry.objectName}`
}

export function actorText(entry: AuditEntry): string {
    if (entry.actorName !== undefined)
        return `${entry.actorName} ${entry.role === undefined ? "" : roleName(entry.role)}`.trim()
    if (entry.operator !== undefined) return t("audit.operator", { name: entry.operator })
    if (entry.sourceName !== undefined) return t("audit.source", { name: entry.sourceName })
    return t("lost.byClock")
}
