/*
 * P11 and P12 on a real server: a queue of 1000 open objects of which a hundred change
 * every second, on a processor two times slower. Busy is the time the page's main thread
 * worked (its own CPU, so that a busy machine does not count). HALL_LOAD_S: how long.
 */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, measured, story, until, url } from "./browser.mjs"
import { deskOf, goOnDuty } from "./desk_people.mjs"

const SLOWER = 2
const SECONDS = Number(process.env.HALL_LOAD_S ?? 20)
const BUSY_MAX = 25
const HEAP_MAX_MB = 10

async function cost(client) {
    const { metrics } = await client.send("Performance.getMetrics")
    const of = (name) => metrics.find((metric) => metric.name === name).value
    const task = of("TaskDuration")
    await client.send("HeapProfiler.collectGarbage")
    const { usedSize } = await client.send("Runtime.getHeapUsage")
    return { task, heap: usedSize / 1e6 }
}

await story("desk load", async (town) => {
    const page = await deskOf(town)
    await goOnDuty(page, "qian")
    await page.goto(`${url}/desk/queue`)
    await until("all of it is listed", async () =>
        Number(await page.locator("h1 .count").textContent()) >= 1000, 30_000)
    await page.keyboard.press("j")
    const client = await page.context().newCDPSession(page)
    await client.send("Performance.enable", { timeDomain: "threadTicks" })
    await page.evaluate(() => {
        window.changes = 0
        new MutationObserver((list) => { window.changes += list.length }).observe(
            document.querySelector('[data-test="queue"]'),
            { childList: true, subtree: true, characterData: true })
    })
    const before = await cost(client)
    const start = Date.now()
    if (process.env.HALL_PROFILE) {
        await client.send("Profiler.enable")
        await client.send("Profiler.start")
    }
    await page.waitForTimeout(SECONDS * 1000)
    const after = await cost(client)
    const wall = (Date.now() - start) / 1000
    if (process.env.HALL_PROFILE) {
        const { profile } = await client.send("Profiler.stop")
        writeFileSync(join(process.env.HALL_SHOTS, "load.cpuprofile"), JSON.stringify(profile))
    }
    const busy = ((after.task - before.task) / wall) * SLOWER
    const grown = after.heap - before.heap
    const changes = await page.evaluate(() => window.changes)
    assert(changes > SECONDS, "the changes are on the page")
    measured(`P11 busy at ${SLOWER}x over ${wall.toFixed(0)} s`, busy * 100, BUSY_MAX, "%")
    console.log(`P12: heap grew ${grown.toFixed(1)} MB; ${changes} changes drawn`)
    assert(grown <= HEAP_MAX_MB, `heap grew ${grown} MB`)
})
