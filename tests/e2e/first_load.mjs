/*
 * What somebody waits for who opens the hall: P4 on a cold phone, P5 with what is kept on it, P9
 * after she was away. Processor four times slower, network as the design says.
 */
import {
    assert, enterHall, hears, loginResident, measured, story, toEnd, until, url,
} from "./browser.mjs"
import { percentile } from "./frames.mjs"
import { officer } from "./officer.mjs"

const SLOWER = 4
const ROUNDS = process.env.HALL_STRICT === "1" ? 5 : 1
/* 150 ms and 1.6 Mbit/s as applied to requests. */
const SLOW_NET = {
    offline: false, latency: 562.5, downloadThroughput: (1.6e6 / 8) * 0.9,
    uploadThroughput: (0.75e6 / 8) * 0.9,
}
const AWAY_ROOMS = Number(process.env.HALL_ROOMS)
const AWAY_MESSAGES = 100

/** In the page, before anything of it: when what was there to be seen and used. */
const PROBE = () => {
    const probe = { paint: 0, usable: 0, drawn: 0, blocked: 0, shift: 0, socket: 0, resumed: 0 }
    window.probe = probe
    const watch = (type, note) => new PerformanceObserver((list) =>
        list.getEntries().forEach(note)).observe({ type, buffered: true })
    watch("paint", (entry) => {
        if (entry.name === "first-contentful-paint") probe.paint = entry.startTime
    })
    watch("longtask", (entry) => {
        if (probe.usable === 0) probe.blocked += Math.max(0, entry.duration - 50)
    })
    watch("layout-shift", (entry) => {
        if (!entry.hadRecentInput) probe.shift += entry.value
    })
    window.WebSocket = class extends WebSocket {
        constructor(...args) {
            super(...args)
            probe.socket ||= performance.now()
        }
    }
    const look = () => {
        if (document.querySelector("textarea.text:enabled")) probe.usable ||= performance.now()
        if (document.querySelector('[data-test="message"]')) probe.drawn ||= performance.now()
        const news = [...document.querySelectorAll(".state.news")]
        if (news.filter((one) => one.textContent.includes("99+")).length > 4)
            probe.resumed ||= performance.now()
    }
    document.addEventListener("DOMContentLoaded", () =>
        new MutationObserver(look).observe(document.body,
            { childList: true, subtree: true, characterData: true }))
}

async function slow(page, net) {
    const client = await page.context().newCDPSession(page)
    await client.send("Emulation.setCPUThrottlingRate", { rate: SLOWER })
    await client.send("Network.enable")
    if (net) await client.send("Network.emulateNetworkConditions", net)
    return client
}

/** P4: an empty browser that is logged in. */
async function cold(town, storageState, hall) {
    const figures = []
    for (let round = 0; round < ROUNDS; round++) {
        const page = await town.device({ storageState })
        page.context().setDefaultTimeout(60_000)
        await page.addInitScript(PROBE)
        await slow(page, SLOW_NET)
        await page.goto(hall)
        await page.locator('[data-test="message"]').first().waitFor()
        await page.waitForTimeout(1000)
        figures.push(await page.evaluate(() => window.probe))
        await page.context().close()
    }
    const median = (name) => percentile(figures.map((one) => one[name]), 0.5)
    measured("P4 first paint", median("paint"), 1000, "ms")
    measured("P4 composer usable", median("usable"), 2500, "ms")
    measured("P4 blocking time", median("blocked"), 200, "ms")
    measured("P4 layout shift", median("shift") * 1000, 20, "thousandths")
    assert(median("paint") > 0 && median("usable") > 0, "both were seen")
}

/** P5: a room that is kept on the device, while no door answers. */
async function warm(page, hall) {
    await page.waitForTimeout(2500)
    await page.route(/\/(ws|api\/.*)$/, (route) => route.abort())
    await page.routeWebSocket(/\/ws/, (socket) => socket.close())
    await slow(page)
    const drawn = []
    for (let round = 0; round < ROUNDS; round++) {
        await page.goto("about:blank")
        await page.goto(hall)
        await page.locator('[data-test="message"]').first().waitFor()
        drawn.push(await page.evaluate(() => window.probe.drawn))
    }
    measured("P5 known room from the device", percentile(drawn, 0.5), 1000, "ms")
}

/** P9: five hundred messages in five rooms while she was away. */
async function resume(page) {
    const zhao = await officer("zhao")
    const say = (id, body) =>
        zhao.ask("message_post", { room_id: id, client_key: "", body })
    const rooms = page.locator('[data-test="enter-hall"]')
    await page.goto(`${url}/`)
    await until("all rooms are there", async () => (await rooms.count()) === AWAY_ROOMS)
    const ids = await rooms.evaluateAll((all) =>
        all.map((link) => Number(link.pathname.split("/").pop())))
    for (const id of ids) {
        await say(id, "您在的时候说的")
        await page.goto(`${url}/room/${id}`)
        await toEnd(page)
        await hears(page, "您在的时候说的")
        await page.waitForTimeout(1500)
    }
    await page.goto("about:blank")
    for (let n = 1; n <= AWAY_MESSAGES; n++)
        for (const id of ids) await say(id, `您不在时第${n}句`)
    await slow(page, { ...SLOW_NET, latency: 150 })
    await page.goto(`${url}/`)
    await until("every room has its hundred", () => page.evaluate((count) => {
        const news = [...document.querySelectorAll(".state.news")]
        return news.filter((one) => one.textContent.includes("99+")).length === count
    }, AWAY_ROOMS), 60_000)
    const { resumed, socket } = await page.evaluate(() => window.probe)
    measured("P9 resumed and drawn", resumed - socket, 1000, "ms")
    zhao.leave()
}

await story("first load", async (town) => {
    const page = await town.device()
    await page.addInitScript(PROBE)
    await loginResident(page, "13800000002")
    const storageState = await page.context().storageState()
    await enterHall(page)
    const hall = page.url()
    await cold(town, storageState, hall)
    await toEnd(page)
    await warm(page, hall)
    const away = await town.device({ storageState })
    await away.addInitScript(PROBE)
    await resume(away)
})
