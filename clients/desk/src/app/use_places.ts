/* Where one can go, by what one is: the places of the frame and the keys that lead there. */

import { t } from "@hall/ui"
import { useSession } from "@hall/view/app/session.store.ts"
import { computed } from "vue"
import type { ComputedRef } from "vue"
import { mayFindPeople, mayReadAudit, worksOnCases } from "./roles.ts"

export interface DeskPlace {
    readonly name: "queue" | "alerts" | "disputes" | "searches" | "halls" | "people" | "audit" | "settings"
    readonly title: string
    /** After G. */
    readonly key: string
}

export function usePlaces(): ComputedRef<readonly DeskPlace[]> {
    const session = useSession()
    return computed(() => {
        const grants = session.me?.grants ?? []
        /* Until it is known what she is, as for most. */
        const isAtWork = session.me === null || worksOnCases(grants)
        const work: DeskPlace[] = [
            { name: "queue", title: t("desk.nav.queue"), key: "Q" },
            { name: "alerts", title: t("desk.nav.alerts"), key: "A" },
            { name: "disputes", title: t("desk.nav.disputes"), key: "D" },
            { name: "searches", title: t("desk.nav.searches"), key: "P" },
            { name: "halls", title: t("desk.nav.halls"), key: "H" },
        ]
        return [
            ...(isAtWork ? work : []),
            ...(mayFindPeople(grants)
                ? [{ name: "people" as const, title: t("desk.nav.people"), key: "R" }] : []),
            ...(mayReadAudit(grants)
                ? [{ name: "audit" as const, title: t("desk.nav.audit"), key: "L" }] : []),
            { name: "settings", title: t("desk.nav.settings"), key: "O" },
        ]
    })
}
