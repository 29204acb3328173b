/* A part of the page that is not there any more after a release: load anew, once. */

import { t } from "@hall/ui"
import type { Router } from "vue-router"
import { useToasts } from "./toast.store.ts"

const KEY = "hall.reloaded"
const ONCE_MS = 60_000

export function watchReleases(router: Router): void {
    window.addEventListener("vite:preloadError", (event) => event.preventDefault())
    router.onError((_error, to) => {
        const last = Number(sessionStorage.getItem(KEY) ?? 0)
        if (navigator.onLine && Date.now() - last > ONCE_MS) {
            sessionStorage.setItem(KEY, String(Date.now()))
            location.assign(to.fullPath)
        } else useToasts().show(navigator.onLine ? t("app.updated") : t("error.lost"))
    })
}
