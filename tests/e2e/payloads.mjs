/*
 * The screens of a town in which every field holds scripts (payload_scene.py): none runs, none
 * makes an element, the content policy has nothing to stop, and every one is there to be read.
 * First the proof that the watch would tell: on a page without policy the same scripts run.
 */
import { readFileSync } from "node:fs"
import {
    assert, enterHall, loginResident, shot, story, toEnd, until, url,
} from "./browser.mjs"
import { deskOf, goOnDuty } from "./desk_people.mjs"

const { payloads, ...places } = JSON.parse(readFileSync(process.env.HALL_PAYLOADS, "utf8"))
const TALL = { width: 390, height: 4000 }
const DESK = { width: 1280, height: 3000 }
const REFUSED = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/

/** In every page before anything of it: who runs is told, so is what the policy stopped. */
const WATCH = () => {
    window.__ran = (number) => window.tell(`ran: ${number}`)
    addEventListener("securitypolicyviolation", (event) =>
        window.tell(`policy: ${event.effectiveDirective} ${event.sourceFile} ${event.sample}`))
}

/** In the page: the numbers that can be read, and every element that only a payload can make. */
const READ = () => {
    const texts = [document.documentElement.textContent]
    const strange = []
    for (const element of document.querySelectorAll("*")) {
        if ("value" in element) texts.push(String(element.value))
        for (const { name, value } of element.attributes) {
            texts.push(value)
            if (/^on|^srcdoc$|^style$/.test(name) && value.includes("__ran")) strange.push(name)
            if (/^(href|src|action|formaction|data|xlink:href)$/.test(name) &&
                (/^\W*(javascript|vbscript|data:text)/i.test(value)))
                strange.push(`${element.tagName} ${name}=${value.slice(0, 60)}`)
        }
        if (/^(iframe|object|embed|base|frame|frameset|marquee|math|applet|xmp)$/i
            .test(element.tagName)) strange.push(element.tagName)
        if (element.tagName === "SCRIPT" && element.src === "") strange.push("SCRIPT")
        if (element.httpEquiv && element.content.includes("__ran")) strange.push("META")
    }
    const numbers = texts.join(" ").matchAll(/__ran\((\d+)\)/g)
    return { strange, numbers: [...new Set([...numbers].map(([, n]) => Number(n)))] }
}

class Watch {
    told = []
    shown = new Map()

    async put(page) {
        page.context().setDefaultTimeout(60_000)
        await page.exposeFunction("tell", (what) => this.told.push(what))
        await page.addInitScript(WATCH)
        return page
    }

    /** What `screen` shows now; fails on an element that should not be. */
    async read(page, screen) {
        const { strange, numbers } = await page.evaluate(READ)
        assert(strange.length === 0, `${screen}: ${strange.join(", ")}`)
        assert(this.told.length === 0, `${screen}: ${this.told.slice(0, 20).join("\n")}`)
        const shown = this.shown.get(screen) ?? new Set()
        for (const number of numbers) shown.add(number)
        this.shown.set(screen, shown)
        return shown.size
    }
}

/** To another address of the same client, as its own links lead there. */
async function go(page, path) {
    await page.evaluate((to) => {
        history.pushState({ ...history.state }, "", to)
        dispatchEvent(new PopStateEvent("popstate", { state: history.state }))
    }, path)
    await page.waitForTimeout(80)
}

/** Each address in turn, until it shows something. */
async function readAll(watch, page, screen, paths, ready) {
    for (const path of paths) {
        await go(page, path)
        await page.locator(ready).first().waitFor()
        await watch.read(page, screen)
    }
}

/** From the end of a list to its beginning, however slowly older pages come. */
async function readList(watch, page, screen) {
    await toEnd(page)
    const first = page.locator('[data-test="start"]', { hasText: "没有更早的消息了" })
    await until(`${screen} is read to its beginning`, async () => {
        await watch.read(page, screen)
        const moved = await page.locator(".virtual").first().evaluate((list) => {
            const from = list.scrollTop
            list.scrollTop -= list.clientHeight * 0.5
            return from - list.scrollTop
        })
        return moved === 0 && (await first.isVisible())
    }, 120_000)
}

/** What would happen without policy and with markup: the detector is seen to turn red. */
async function control(town) {
    const before = town.problems.length
    const page = await town.device()
    const watch = new Watch()
    await watch.put(page)
    await page.route("**", (route) => route.request().url() === `${url}/control`
        ? route.fulfill({ contentType: "text/html", body: "<!doctype html><body>" })
        : route.abort())
    await page.goto(`${url}/control`)
    const live = payloads.filter(([, text]) => !/<(meta|base)/i.test(text)).map(([, text]) => text)
    await page.evaluate((texts) => {
        for (const text of texts) {
            const box = document.createElement("div")
            document.body.append(box)
            box.innerHTML = text
        }
    }, live)
    await until("scripts run where nothing stops them", () => watch.told.length >= 60)
    const ran = new Set(watch.told).size
    await page.context().close()
    town.problems.length = before
    return ran
}

/** Trusted Types: no text becomes markup, whoever asks; and the watch hears of it. */
async function holdsTypes(town, address) {
    const before = town.problems.length
    const page = await town.device()
    const watch = new Watch()
    await watch.put(page)
    await page.goto(`${url}${address}`)
    const refused = await page.evaluate(() => {
        try {
            document.createElement("div").innerHTML = "<img src=x onerror=__ran(0)>"
            return false
        } catch (error) {
            return error instanceof TypeError
        }
    })
    assert(refused, `${address}: a text became markup`)
    await until(`${address}: the watch hears of it`, () =>
        watch.told.some((what) => what.startsWith("policy: require-trusted-types-for")))
    await page.context().close()
    town.problems.length = before
}

async function resident(town, watch) {
    const li = await watch.put(await town.device({ viewport: TALL }))
    await loginResident(li, "13800000002")
    await li.locator('[data-test="search-card"]').first().waitFor()
    await watch.read(li, "home")
    await enterHall(li)
    await readList(watch, li, "hall")
    await shot(li, "payloads-hall")
    const words = payloads.filter(([, text]) => text.length <= 100 &&
        !REFUSED.test(text) && !/\s{2}|[\n\t]|^\s|\s$/.test(text))
    await toEnd(li)
    await li.locator('[data-test="search"]').click()
    for (let i = 0; i < words.length; i += 120) {
        await li.locator('[data-test="search-field"]').fill(words[i][1])
        await li.locator('[data-test="hit"] .text', { hasText: `__ran(${words[i][0]})` })
            .first().waitFor()
        await watch.read(li, "search")
    }
    await li.goBack()
    await li.locator("textarea.text").fill(payloads.slice(0, 60).map(([, text]) => text).join(" "))
    await watch.read(li, "draft")
    await go(li, "/matters")
    await li.locator('[data-test="my-matter"]').nth(5).waitFor()
    await watch.read(li, "matters")
    await readAll(watch, li, "matter", [...places.disputes, ...places.settled]
        .map((id) => `/matter/${id}`), '[data-test="matter-line"]')
    await readAll(watch, li, "person", [...places.persons, ...places.rejected]
        .map((id) => `/person/${id}`), "main h1")
    await go(li, "/me")
    await li.locator(".devices li").nth(2).waitFor()
    await watch.read(li, "devices")
    const muted = await watch.put(await town.device({ viewport: TALL }))
    await loginResident(muted, "13800000008")
    await muted.locator('[data-test="enter-hall"]').first().click()
    await muted.locator(".closed").waitFor()
    await watch.read(muted, "muted")
}

async function stranger(town, watch) {
    const page = await watch.put(await town.device())
    const codes = payloads.filter(([, text]) =>
        encodeURIComponent(text).length < 64 && !/[/?#%\n\t]/.test(text))
    for (let i = 0; i < codes.length; i += 60) {
        await page.goto(`${url}/j/${encodeURIComponent(codes[i][1])}`)
        await page.locator("h1").first().waitFor()
        await watch.read(page, "invite")
    }
    for (const id of places.notices) {
        await page.goto(`${url}/n/${id}?lang=${encodeURIComponent(payloads[0][1])}`)
        await watch.read(page, "lite notice")
    }
    for (const path of ["/lite/?lang=", "/j/x?lite=1&lang=", "/n/", "/check?lang="]) {
        await page.goto(`${url}${path}${encodeURIComponent(payloads[9][1])}`)
        await watch.read(page, "lite")
    }
}

async function desk(town, watch) {
    const qian = await watch.put(await deskOf(town, { viewport: DESK }))
    await goOnDuty(qian, "qian")
    await qian.locator('[data-test="queue-row"]').first().waitFor()
    await watch.read(qian, "desk queue")
    await qian.locator('[data-test="queue-text"]').fill(payloads[0][1])
    await watch.read(qian, "desk queue")
    await readAll(watch, qian, "desk dispute", [...places.disputes, ...places.settled]
        .map((id) => `/desk/disputes/d${id}`), '[data-test="dispute-state"]')
    await shot(qian, "payloads-dispute")
    await readAll(watch, qian, "desk search", [...places.persons, ...places.rejected]
        .map((id) => `/desk/searches/p${id}`), '[data-test="person-state"]')
    await go(qian, "/desk/alerts")
    await qian.locator('[data-test="alert-row"]').first().waitFor()
    const alerts = await qian.locator('[data-test="alert-row"]').evaluateAll((rows) =>
        rows.map((row) => row.pathname))
    await readAll(watch, qian, "desk alert", alerts, '[data-test="alert-detail"]')
    await go(qian, `/desk/halls/${places.hall}`)
    await readList(watch, qian, "desk hall")
    await qian.keyboard.press("Escape")
    await qian.keyboard.press("Control+k")
    await qian.locator('[data-test="find"]').fill(payloads[30][1])
    await watch.read(qian, "desk find")
}

await story("payloads", async (town) => {
    const ran = await control(town)
    console.log(`control: ${ran} of ${payloads.length} run where nothing stops them`)
    for (const address of ["/login", "/desk/login", "/lite/"]) await holdsTypes(town, address)
    const watch = new Watch()
    for (const walk of [resident, stranger, desk]) await walk(town, watch)
    for (const [screen, shown] of watch.shown) console.log(`${screen}: ${shown.size} shown`)
    assert(watch.told.length === 0, watch.told.join("\n"))
    /* Words that turn the direction of reading are refused where neighbours write. */
    const halls = ["hall", "desk hall"].map((screen) => watch.shown.get(screen))
    const readable = payloads.filter(([, text]) => !REFUSED.test(text))
    const missing = readable.filter(([number]) => !halls.some((shown) => shown.has(number)))
    assert(missing.length === 0, `not to be read in the halls: ${JSON.stringify(missing)}`)
    for (const shown of halls) assert(shown.size >= 1000, `only ${shown.size} in a hall`)
})
