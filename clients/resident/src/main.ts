import "@hall/ui/tokens.css"
import "@hall/ui/base.css"
import { followViewport, loadDisplay } from "@hall/ui"
import { createPinia } from "pinia"
import { createApp } from "vue"
import App from "./App.vue"
import { fetchWhenIdle } from "./app/later.ts"
import { watchReleases } from "./app/releases.ts"
import { router } from "./app/router.ts"
import { useSession } from "./app/session.store.ts"

async function main(): Promise<void> {
    const app = createApp(App)
    app.use(createPinia())
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
