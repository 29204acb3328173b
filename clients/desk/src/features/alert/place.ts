/* Where an alert is, in the fields this person may see. */

import { t } from "@hall/ui"
import type { AlertView } from "@hall/wire"

function joined(parts: readonly (string | undefined)[]): string {
    const known = parts.filter((part) => part !== undefined && part !== "")
    return known.length === 0 ? t("work.unknownPlace") : known.join(" ")
}

export function placeOf({ communityName, building, unit, door }: AlertView): string {
    return joined([communityName, building, unit, door])
}

/** Near enough to go there, too wide to know who lives there. */
export function areaOf({ communityName, building }: AlertView): string {
    return joined([communityName, building])
}
