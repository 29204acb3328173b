/* Whom a dispute can be given to and what it can be merged into, as the server knows it. */

import type { Link } from "@hall/link"
import { dayName, t } from "@hall/ui"
import type { DisputeAlikeView, DisputeFile } from "@hall/wire"
import { roleName } from "../../app/roles.ts"
import type { Finder } from "../../moves/move.ts"
import { stateText, subclassText } from "./dispute_names.ts"

export function colleagues(link: Link, { view: { disputeId } }: DisputeFile): Finder {
    return {
        label: t("find.byName"),
        find: async (typed) => {
            const outcome = await link.call("dispute_assignable", {
                disputeId, ...(typed === "" ? {} : { name: typed }),
            })
            if (!outcome.ok) return outcome
            const { people, more } = outcome.body
            const choices = people.map(({ accountId, name, role, placeName }) => ({
                value: accountId, name, note: `${roleName(role)} ${placeName}`,
            }))
            return { ok: true, body: { choices, more } }
        },
    }
}

/** Why it cannot be merged into, if it cannot. */
function offText({ same, open }: DisputeAlikeView): string {
    if (!open) return t("case.mergeEnded")
    return same ? "" : t("case.mergeOther")
}

export function alike(link: Link, { view: { disputeId } }: DisputeFile): Finder {
    return {
        label: t("find.byNo"),
        find: async (typed) => {
            const outcome = await link.call("dispute_alike", {
                disputeId, ...(typed === "" ? {} : { no: typed }),
            })
            if (!outcome.ok) return outcome
            const choices = outcome.body.disputes.map((other) => ({
                value: other.disputeId,
                name: `${subclassText(other.subclass)} ${other.no}`,
                note: [
                    other.placeName, dayName(other.createdAt, link.serverNow()), stateText(other.state),
                    offText(other),
                ].filter((text) => text !== "").join(" · "),
                isOff: offText(other) !== "",
            }))
            return { ok: true, body: { choices, more: false } }
        },
    }
}
