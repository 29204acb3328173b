import "@hall/ui/tokens.css"
import "@hall/ui/base.css"
import { browserStorage } from "@hall/link"
import { followViewport, loadDisplay } from "@hall/ui"
import { watchReleases } from "@hall/view/app/releases.ts"
import { SESSION_PARTS, useSession } from "@hall/view/app/session.store.ts"
import { createPinia } from "pinia"
import { createApp } from "vue"
import App from "./App.vue"
import { fetchWhenIdle } from "./app/idle.ts"
import { router } from "./app/router.ts"

async function main(): Promise<void> {
    const app = createApp(App)
    app.use(createPinia())
    app.provide(SESSION_PARTS, { openStorage: browserStorage(), tabsName: "hall" })
    useSession().start()
    watchReleases(router)
    followViewport()
    await loadDisplay()
    app.use(router)
    await router.isReady()
    app.mount("#app")
    fetchWhenIdle()
}

void main()
