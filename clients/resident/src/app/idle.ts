/* Parts that are not needed for the first page, fetched as soon as there is nothing to do. */

import { loadMoreWords } from "@hall/ui"
import { learnAll } from "@hall/wire"
import { loadErrorTexts } from "@hall/view/app/error_text.ts"

interface Network {
    readonly saveData?: boolean
    readonly effectiveType?: string
}

/** What will be wanted soon, also when the network has gone by then. */
export function fetchWhenIdle(): void {
    const { connection } = navigator as Navigator & { readonly connection?: Network }
    const fetchAll = (): void => {
        const needed = [
            learnAll(), loadMoreWords(), loadErrorTexts(), import("../features/home/HomeView.vue"),
            import("@hall/view/room/RoomSheets.vue"),
            import("@hall/link/upload"), import("@hall/view/room/photos.ts"),
            import("@hall/view/voice/parts.ts"), import("@hall/view/alert/parts.ts"),
            import("../features/alert/TargetAlert.vue"),
            import("@hall/view/app/PausedPage.vue"),
        ]
        const wanted =
            connection?.saveData === true || /2g/.test(connection?.effectiveType ?? "")
                ? []
                : [
                      import("../features/account/MeView.vue"),
                      import("../features/alert/WorkView.vue"),
                      import("../features/matter/ReportView.vue"),
                      import("../features/matter/MattersView.vue"),
                      import("../features/person/PersonHallCard.vue"),
                  ]
        void Promise.allSettled([...needed, ...wanted])
    }
    const idle = window.requestIdleCallback as typeof window.requestIdleCallback | undefined
    if (idle === undefined) setTimeout(fetchAll, 1500)
    else idle(fetchAll, { timeout: 4000 })
}
