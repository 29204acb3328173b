/* What can be opened by its name: halls, alerts. */

import { scamName } from "@hall/view/alert/levels.ts"
import { useSession } from "@hall/view/app/session.store.ts"
import { AlertAudience } from "@hall/wire"
import { computed } from "vue"
import { areaOf } from "../features/alert/place.ts"

export interface Findable {
    readonly name: string
    readonly hint: string
    readonly to: string
}

export function useFindables() {
    const session = useSession()
    return computed((): Findable[] => [
        ...session.rooms.map(({ view }) => ({
            name: view.name, hint: "", to: `/halls/${view.roomId}`,
        })),
        ...session.alerts
            .filter((alert) => alert.audience !== AlertAudience.target)
            .map((alert) => ({
                name: `${scamName(alert.scamType)} ${areaOf(alert)}`, hint: alert.no,
                to: `/alerts/${alert.alertId}`,
            })),
    ])
}
