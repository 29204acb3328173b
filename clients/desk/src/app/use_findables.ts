/* What can be opened by its name: halls, alerts. */

import { scamName } from "@hall/view/alert/levels.ts"
import { useSession } from "@hall/view/app/session.store.ts"
import { AlertAudience, WorkKind } from "@hall/wire"
import { computed } from "vue"
import { areaOf } from "../features/alert/place.ts"
import { nameOfKey, rowKey } from "../features/work/queue.ts"
import { placeText, titleText } from "../features/work/work_names.ts"
import { useWork } from "../features/work/work.store.ts"

export interface Findable {
    readonly name: string
    readonly hint: string
    readonly to: string
}

export function useFindables() {
    const session = useSession()
    const work = useWork()
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
        ...work.items
            .filter((item) => item.workKind !== WorkKind.alert)
            .map((item) => ({
                name: `${titleText(item)} ${placeText(item)}`, hint: item.no,
                to: `/queue/${nameOfKey(rowKey(item))}`,
            })),
    ])
}
