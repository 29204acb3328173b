import "@hall/ui/tokens.css"
import "@hall/ui/base.css"
import { browserStorage } from "@hall/link"
import { followViewport, loadDisplay } from "@hall/ui"
import { later } from "@hall/view/app/later.ts"
import { watchReleases } from "@hall/view/app/releases.ts"
import { SESSION_PARTS, useSession } from "@hall/view/app/session.store.ts"
import { PERSON_CARD } from "@hall/view/room/cards.ts"
import { createPinia } from "pinia"
import { createApp } from "vue"
import App from "./App.vue"
import { fetchWhenIdle } from "./app/idle.ts"
import { router } from "./app/router.ts"

const personCard = later(
    () => import("./features/person/PersonHallCard.vue"), (loaded) => loaded.default,
)

async function main(): Promise<void> {
    const app = createApp(App)
    app.use(createPinia())
    app.provide(SESSION_PARTS, { openStorage: browserStorage(), tabsName: "hall" })
    app.provide(PERSON_CARD, personCard)
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
