/* Parts that are not needed for the first page, fetched as soon as there is nothing to do. */

import type { SendUpload } from "@hall/link"
import { loadMoreWords, t } from "@hall/ui"
import { h, shallowRef } from "vue"
import type { Component, FunctionalComponent } from "vue"
import { loadErrorTexts } from "./error_text.ts"
import { useToasts } from "./toast.store.ts"

/** A part of a page that comes with its words, when it is first drawn. */
export function later<M>(load: () => Promise<M>, pick: (parts: M) => Component): FunctionalComponent {
    const part = shallowRef<Component | null>(null)
    let isAsked = false
    const ask = (): void => {
        isAsked = true
        Promise.all([load(), loadMoreWords()]).then(
            ([parts]) => {
                part.value = pick(parts)
            },
            () => {
                /* No network: asked again when it is drawn again. */
                isAsked = false
                useToasts().show(t("error.lost"))
            },
        )
    }
    const shown: FunctionalComponent = (_props, { attrs }) => {
        if (part.value !== null) return h(part.value, attrs)
        if (!isAsked) ask()
        return null
    }
    shown.inheritAttrs = false
    return shown
}

export const uploadLater: SendUpload = (job, done) => {
    let cancel: (() => void) | null = null
    let isOver = false
    import("@hall/link/upload").then(
        ({ browserUpload }) => {
            if (!isOver) cancel = browserUpload(job, done)
        },
        () => {
            if (!isOver) done({ ok: false, error: { kind: "lost" } })
        },
    )
    return () => {
        isOver = true
        cancel?.()
    }
}

interface Network {
    readonly saveData?: boolean
    readonly effectiveType?: string
}

/** What will be wanted soon, also when the network has gone by then. */
export function fetchWhenIdle(): void {
    const { connection } = navigator as Navigator & { readonly connection?: Network }
    const fetchAll = (): void => {
        const needed = [
            loadMoreWords(), loadErrorTexts(), import("../features/room/RoomSheets.vue"),
            import("@hall/link/upload"), import("../features/room/photos.ts"),
            import("../features/alert/parts.ts"), import("./PausedPage.vue"),
        ]
        const wanted =
            connection?.saveData === true || /2g/.test(connection?.effectiveType ?? "")
                ? []
                : [import("../features/account/MeView.vue"), import("../features/alert/WorkView.vue")]
        void Promise.allSettled([...needed, ...wanted])
    }
    const idle = window.requestIdleCallback as typeof window.requestIdleCallback | undefined
    if (idle === undefined) setTimeout(fetchAll, 1500)
    else idle(fetchAll, { timeout: 4000 })
}
