/* Parts that are not needed for the first page: fetched when they are first drawn or used. */

import type { SendUpload } from "@hall/link"
import { loadMoreWords, t } from "@hall/ui"
import { h, shallowRef } from "vue"
import type { Component, FunctionalComponent } from "vue"
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
