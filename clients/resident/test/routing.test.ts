/* Our own part of vue-router: what an address means, back and forward, who may go, what is late. */

import { createApp, h } from "vue"
import type { App, Component, VNode } from "vue"
import { afterEach, describe, expect, test, vi } from "vitest"
import { createRouter, RouterLink, RouterView, useRoute, useRouter } from "../src/app/routing.ts"
import type { RouteRecord, Router } from "../src/app/routing.ts"
import { fakeBrowser } from "./fake_browser.ts"
import type { Entry } from "./fake_browser.ts"

afterEach(() => {
    vi.unstubAllGlobals()
})

const page = (name: string): Component => ({ name, render: () => h("p", name) })
/** As a lazy part arrives. */
const later = (name: string) => () => Promise.resolve({ default: page(name) })
const Home = page("home")
const RECORDS: RouteRecord[] = [
    { path: "/", name: "home", component: Home, meta: { hasTabs: true } },
    {
        path: "/room/:roomId(\\d+)", name: "room", component: page("room"),
        props: (route) => ({ roomId: Number(route.params["roomId"]) }),
    },
    { path: "/login", name: "login", component: page("login"), meta: { isOpen: true } },
    {
        path: "/j/:code",
        redirect: (to) => ({ path: "/login", query: { code: String(to.params["code"]) } }),
    },
    { path: "/lazy", component: later("lazy") },
    { path: "/:rest(.*)", redirect: () => "/" },
]

/* What an application does with a router that concerns no screen. */
function started(router: Router): App {
    const app = createApp({ render: () => null })
    router.install(app)
    return app
}

async function at(
    address: string, records = RECORDS, state: unknown = null, earlier: readonly Entry[] = [],
) {
    const browser = fakeBrowser(address, state, earlier)
    const router = createRouter(records)
    started(router)
    await router.isReady()
    return { browser, router }
}

describe("what an address means", () => {
    test("parameters, and only such as keep the rule", async () => {
        const { router } = await at("/room/17")
        expect(router.route.name).toBe("room")
        expect(router.route.params).toEqual({ roomId: "17" })
        expect(router.resolve("/room/17/").params).toEqual({ roomId: "17" })
        expect(router.resolve("/room/x").name).toBeUndefined()
        expect(router.resolve("/room/x").params).toEqual({ rest: "room/x" })
    })

    test("a parameter is read as it was meant, or as it stands", async () => {
        const { router } = await at("/")
        expect(router.resolve("/j/%E6%9F%B3-1").params["code"]).toBe("柳-1")
        expect(router.resolve("/j/100%").params["code"]).toBe("100%")
    })

    test("a query of an address and of a target", async () => {
        const { router } = await at("/login?code=A%20B&x=1#there")
        expect(router.route.query).toEqual({ code: "A B", x: "1" })
        expect(router.route.path).toBe("/login")
        const target = router.resolve({ name: "login", query: { n: 3, none: undefined, s: "é" } })
        expect(target.query).toEqual({ n: "3", s: "é" })
        expect(target.fullPath).toBe("/login?n=3&s=%C3%A9")
    })

    test("the first record that fits, its name and what is said of it", async () => {
        const { router } = await at("/")
        expect(router.route.meta).toEqual({ hasTabs: true })
        expect(router.resolve("/LOGIN").name).toBe("login")
        expect(router.resolve("/login").meta.isOpen).toBe(true)
    })

    test("somewhere else by a redirect, with what was asked for", async () => {
        const { router, browser } = await at("/j/LIUYIN-2468")
        expect(router.route.fullPath).toBe("/login?code=LIUYIN-2468")
        expect(browser.address).toBe("/login?code=LIUYIN-2468")
        await router.push("/no/such/page")
        expect(router.route.path).toBe("/")
    })
})

describe("back and forward", () => {
    test("a push is an entry that knows where back leads", async () => {
        const { router, browser } = await at("/")
        await router.push("/room/1")
        await router.push({ path: "/login", query: { step: 1 } })
        expect(browser.length).toBe(3)
        expect(browser.state).toEqual({ back: "/room/1", position: 2 })
        browser.go(-1)
        await vi.waitFor(() => expect(router.route.path).toBe("/room/1"))
        expect(browser.state).toEqual({ back: "/", position: 1 })
        browser.go(1)
        await vi.waitFor(() => expect(router.route.fullPath).toBe("/login?step=1"))
        router.back()
        await vi.waitFor(() => expect(router.route.params).toEqual({ roomId: "1" }))
    })

    test("a replacement stands in its place; the same page again is no entry", async () => {
        const { router, browser } = await at("/")
        await router.push("/room/1")
        await router.replace("/room/2")
        expect(browser.length).toBe(2)
        expect(browser.state).toEqual({ back: "/", position: 1 })
        await router.push("/room/2")
        expect(browser.length).toBe(2)
        browser.go(-1)
        await vi.waitFor(() => expect(router.route.path).toBe("/"))
    })

    test("after a reload it goes on counting where it was", async () => {
        const { router, browser } = await at("/room/1", RECORDS, { back: "/", position: 4 })
        await router.push("/login")
        expect(browser.state).toEqual({ back: "/room/1", position: 5 })
    })

    test("the link that skips to the text stays on this page", async () => {
        const { router, browser } = await at("/room/1")
        const seen: string[] = []
        router.afterEach(() => seen.push(router.route.fullPath))
        browser.jump("/room/1#main")
        await Promise.resolve()
        expect(seen).toEqual([])
        expect(browser.state?.position).toBe(0)
    })
})

describe("who may go where", () => {
    test("a guard sends elsewhere, also at the first page and after a redirect", async () => {
        const browser = fakeBrowser("/room/3?seq=7")
        const router = createRouter(RECORDS)
        let isIn = false
        router.beforeEach((to) =>
            to.meta.isOpen === true || isIn ? true : { name: "login", query: to.query },
        )
        started(router)
        await router.isReady()
        expect(router.route.fullPath).toBe("/login?seq=7")
        expect(browser.address).toBe("/login?seq=7")
        await router.push("/")
        expect(router.route.name).toBe("login")
        isIn = true
        await router.push("/room/3")
        expect(router.route.name).toBe("room")
    })

    test("hooks hear of every page until they are ended", async () => {
        const { router } = await at("/")
        const seen: string[] = []
        const end = router.afterEach(() => seen.push(router.route.path))
        await router.push("/room/1")
        end()
        await router.push("/room/2")
        expect(seen).toEqual(["/room/1"])
    })
})

describe("a part that is late", () => {
    test("the page before stays until it is there; whoever goes on is not called back", async () => {
        let arrive: (part: { default: Component }) => void = () => undefined
        let loads = 0
        const slow = (): Promise<{ default: Component }> => {
            loads += 1
            return new Promise((resolve) => (arrive = resolve))
        }
        const { router, browser } = await at("/", [...RECORDS.slice(0, -1),
            { path: "/slow", component: slow }])
        const going = router.push("/slow")
        expect(router.route.path).toBe("/")
        await router.push("/room/1")
        arrive({ default: page("slow") })
        await going
        expect(router.route.path).toBe("/room/1")
        expect(browser.length).toBe(2)
        await router.push("/slow")
        expect([router.route.path, loads]).toEqual(["/slow", 1]) // what came once is kept
    })

    test("one that does not come is said, and the page stays", async () => {
        let isAway = true
        const flaky = (): Promise<{ default: Component }> =>
            isAway ? Promise.reject(new Error("away")) : Promise.resolve({ default: page("ok") })
        const { router, browser } = await at("/", RECORDS.map((record) =>
            record.path === "/lazy" ? { path: "/lazy", component: flaky } : record))
        const failed: string[] = []
        router.onError((error, to) => failed.push(`${(error as Error).message} ${to.path}`))
        await router.push("/lazy")
        expect(failed).toEqual(["away /lazy"])
        expect([router.route.path, browser.address, browser.length]).toEqual(["/", "/", 1])
        isAway = false
        await router.push("/lazy")
        expect(router.route.path).toBe("/lazy")
    })

    test("when back leads to one that does not come, the address returns", async () => {
        /* The entry before is from before a reload: its part is not here. */
        const earlier = [{ address: "/gone", state: { back: null, position: 0 } }]
        const { router, browser } = await at("/room/1", [
            { path: "/gone", component: () => Promise.reject(new Error("away")) }, ...RECORDS,
        ], { back: "/gone", position: 1 }, earlier)
        const failed: string[] = []
        router.onError((_error, to) => failed.push(to.path))
        browser.go(-1)
        await vi.waitFor(() => expect(failed).toEqual(["/gone"]))
        expect([router.route.path, browser.address]).toEqual(["/room/1", "/room/1"])
        await router.push("/room/2")
        expect(browser.state).toEqual({ back: "/room/1", position: 2 })
    })
})

describe("in the page", () => {
    test("a link leads on a plain click, and leaves the others to the browser", async () => {
        const { router } = await at("/")
        const app = started(router)
        const link = (to: string, replace = false) =>
            app.runWithContext(() => RouterLink({ to, replace }, { slots: {} } as never)) as VNode
        expect(link("/login?a=1").props).toMatchObject({ href: "/login?a=1" })
        expect(link("/").props?.["aria-current"]).toBe("page")
        expect(link("/login").props?.["aria-current"]).toBeUndefined()
        const click = async (to: string, more: object): Promise<boolean> => {
            let isOurs = false
            const preventDefault = (): void => void (isOurs = true)
            const event = { button: 0, preventDefault, ...more }
            ;(link(to).props?.["onClick"] as (event: object) => void)(event)
            await Promise.resolve()
            return isOurs
        }
        expect(await click("/login", { ctrlKey: true })).toBe(false)
        expect(await click("/login", { button: 1 })).toBe(false)
        expect(await click("/login", { defaultPrevented: true })).toBe(false)
        expect(router.route.path).toBe("/")
        expect(await click("/login", {})).toBe(true)
        await vi.waitFor(() => expect(router.route.path).toBe("/login"))
    })

    test("the view is the page with what its record gives it", async () => {
        const { router } = await at("/room/9")
        const app = started(router)
        const shown: (VNode | undefined)[] = []
        const slots = { default: ({ Component: view }: { Component: VNode | undefined }) => {
            shown.push(view)
            return []
        } }
        app.runWithContext(() => {
            RouterView({}, { slots } as never)
            expect(useRouter()).toBe(router)
            expect(useRoute().params).toEqual({ roomId: "9" })
        })
        expect(shown[0]?.props).toEqual({ roomId: 9 })
    })

    test("without a router it says so", () => {
        const app = createApp({ render: () => null })
        app.config.warnHandler = () => undefined
        expect(() => app.runWithContext(useRouter)).toThrow("no router")
    })
})
