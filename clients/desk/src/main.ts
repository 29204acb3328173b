import "@hall/ui/tokens.css"
import "@hall/ui/base.css"
import "./app/desk.css"
import { browserStorage, keepOnly } from "@hall/link"
import { addWords, DESK_DISPLAY, loadDisplay } from "@hall/ui"
import { deskWords } from "@hall/ui/desk_words"
import { loadErrorTexts } from "@hall/view/app/error_text.ts"
import { watchReleases } from "@hall/view/app/releases.ts"
import { SESSION_PARTS, useSession } from "@hall/view/app/session.store.ts"
import { learnAll } from "@hall/wire"
import { createPinia } from "pinia"
import { createApp } from "vue"
import App from "./App.vue"
import { router } from "./app/router.ts"

async function main(): Promise<void> {
    const app = createApp(App)
    app.use(createPinia())
    app.provide(SESSION_PARTS, {
        /* Of the residents' data nothing stays on a desk. */
        openStorage: keepOnly(["meta", "outbox", "drafts"], browserStorage("hall-desk")),
        tabsName: "hall-desk",
    })
    useSession().start()
    watchReleases(router)
    addWords(deskWords)
    await loadDisplay(DESK_DISPLAY)
    app.use(router)
    await router.isReady()
    app.mount("#app")
    void Promise.allSettled([loadErrorTexts(), learnAll()])
}

void main()
