/* Fetches what the hall keeps of this person, section by section, and says it in words. */

import { clockTime, dayName, t } from "@hall/ui"
import type { Link, LinkError } from "@hall/link"
import { scamName } from "@hall/view/alert/levels.ts"
import { ExportSection } from "@hall/wire"
import type { ExportItem, PersonState, Role, ScamType } from "@hall/wire"
import { exportSectionNames, verificationLevelNames } from "@hall/wire/names"
import { roleName } from "../matter/matter.words.ts"
import { personStateName } from "../person/person.words.ts"
import type { ExportPart } from "./export_file.ts"

export const EXPORT_SECTIONS: readonly ExportSection[] = Object.values(ExportSection)
/** Enough for years of talk; a server that never ends is not followed for ever. */
const PAGES_MAX = 2000

const CODES: Partial<Record<ExportSection, (code: number) => string>> = {
    [ExportSection.account]: (code) =>
        t(`me.level.${verificationLevelNames[code] ?? "v1"}` as "me.level.v1"),
    [ExportSection.role]: (code) => roleName(code as Role),
    [ExportSection.message]: (code) => (code === 0 ? "" : t("report.photoCount", { count: code })),
    [ExportSection.matterEntry]: (code) => t(code === 4 ? "mydata.byYou" : "mydata.toYou"),
    [ExportSection.personReport]: (code) => personStateName(code as PersonState),
    [ExportSection.alert]: (code) => scamName(code as ScamType),
}

/** Day and clock, also after years. */
export function wholeTime(time: number): string {
    return `${dayName(time, 0)} ${clockTime(time)}`
}

export function sectionName(section: ExportSection): string {
    return t(`mydata.part.${exportSectionNames[section] ?? "account"}` as "mydata.part.account")
}

function lineOf(section: ExportSection, item: ExportItem): ExportPart["lines"][number] {
    const code = item.code === undefined ? "" : (CODES[section]?.(item.code) ?? "")
    const until = item.until === undefined ? "" : t("mydata.until", { time: wholeTime(item.until) })
    return {
        time: wholeTime(item.at),
        title: [item.title, code, until].filter(Boolean).join(" · "),
        body: item.body ?? "",
    }
}

type Parts = { readonly ok: true; readonly parts: readonly ExportPart[] }
type Failed = { readonly ok: false; readonly error: LinkError }

/** `reached` hears which section is being fetched. */
export async function fetchExport(
    link: Link, reached: (section: number) => void,
): Promise<Parts | Failed> {
    const parts: ExportPart[] = []
    for (const [index, section] of EXPORT_SECTIONS.entries()) {
        reached(index + 1)
        const items: ExportItem[] = []
        for (let page = 0, hasMore = true; hasMore && page < PAGES_MAX; page++) {
            const last = items[items.length - 1]
            const outcome = await link.call("account_export", {
                section,
                ...(last === undefined ? {} : { afterId: last.id }),
                ...(last?.seq === undefined ? {} : { afterSeq: last.seq }),
            })
            if (!outcome.ok) return outcome
            items.push(...outcome.body.items)
            hasMore = outcome.body.more
        }
        parts.push({ title: sectionName(section), lines: items.map((item) => lineOf(section, item)) })
    }
    return { ok: true, parts }
}
