/*
 * Two desks and one red alert: heard and seen on both, taken with one press of keys from
 * inside a field, said everywhere at once; then a hall, a conflict, a locked desk.
 */
import {
    assert, enterHall, hears, loginResident, message, say, shot, story, toEnd, until, url,
} from "./browser.mjs"
import { deskOf, fillLogin, goOnDuty, injectAlert, tones } from "./desk_people.mjs"

const lane = '[data-test="lane-row"]'
const iconOf = (page) => page.locator('link[rel="icon"]').getAttribute("href")

/** G, then a letter: to another place. */
async function go(page, letter) {
    await page.keyboard.press("g")
    await page.keyboard.press(letter)
}

await story("desk", async (town) => {
    const qian = await deskOf(town, { permissions: ["notifications", "microphone"] })
    const zhao = await deskOf(town)
    await qian.goto(`${url}/desk/`)
    await qian.locator('[name="username"]').waitFor()
    await shot(qian, "desk-login")
    await goOnDuty(qian, "qian")
    await goOnDuty(zhao, "zhao")
    await qian.locator('[data-test="queue"] .note', { hasText: "现在没有待办" }).waitFor()
    await shot(qian, "desk-queue-empty")
    assert((await tones(qian)) > 0, "the sound test is heard")

    /* A hall, by keys: the field of the first hall has the focus. */
    const li = await town.device()
    await loginResident(li, "13800000002")
    await enterHall(li)
    await toEnd(li)
    await go(qian, "h")
    await qian.locator('[data-test="hall-row"]').first().waitFor()
    await qian.keyboard.press("j")
    await qian.locator("textarea.text").waitFor()
    await qian.keyboard.press("r")
    await qian.locator("textarea.text:focus").waitFor()
    await qian.keyboard.type("写到一半")

    /* A red alert reaches both, is heard within 300 ms and painted within 100. */
    const before = await tones(qian)
    injectAlert({ level: "critical" })
    await qian.locator(lane).waitFor()
    await zhao.locator(lane).waitFor()
    await until("it is heard", async () => (await tones(qian)) > before)
    await shot(qian, "desk-lane")
    await shot(zhao, "desk-alert-red")
    const probe = await qian.evaluate(() => window.probe)
    const paint = Math.round(probe.rowAt - probe.frameAt)
    console.log(`P10: painted ${paint} ms after its frame`)
    /* 100 on a quiet machine; this one may be building beside us. */
    assert(paint <= 300, `painted after ${paint} ms`)
    assert((await qian.title()).includes("红色"), "the title says it")
    assert((await iconOf(qian)).includes("red"), "the icon says it")

    /* Taken while typing, with one press; both desks know who has it and are quiet. */
    await qian.keyboard.press("Control+Shift+A")
    await qian.locator(lane).waitFor({ state: "detached" })
    await zhao.locator(lane).waitFor({ state: "detached" })
    await zhao.locator('[data-test="lane-said"]', { hasText: "已由 钱文 于" }).waitFor()
    await zhao.locator('[data-test="lane-taken"]').waitFor()
    await qian.locator('[data-test="alert-claim"]', { hasText: "您已签收" }).waitFor()
    await shot(zhao, "desk-taken-by-another")
    await shot(qian, "desk-alert-mine")
    assert(!(await qian.title()).includes("红色"), "the title is quiet again")
    const quiet = [await tones(qian), await tones(zhao)]

    /* What was being written is still there. */
    await go(qian, "h")
    await qian.keyboard.press("j")
    await until("the draft is kept", async () =>
        (await qian.locator("textarea.text").inputValue()) === "写到一半")
    await qian.locator("textarea.text").fill("")

    /* With the badge; what should not stand there is hidden for everybody. */
    await qian.locator(".official input").check()
    await qian.locator("textarea.text").fill("今晚八点值班室有人，请放心。")
    await qian.keyboard.press("Enter")
    await hears(li, "值班室有人")
    assert(await message(li, "值班室有人").locator(".badge.official").count() === 1, "official")
    await say(li, "这是一句不该说的话")
    await hears(qian, "不该说的话")
    await shot(qian, "desk-hall")
    await message(qian, "不该说的话").last().locator('[data-test="more"]').click()
    await qian.locator('[data-test="do-hide"]').click()
    await shot(qian, "desk-hide")
    await qian.locator('[data-test="hide-do"]').click()
    await until("hidden for everybody", async () =>
        (await message(li, "不该说的话").count()) === 0 &&
        (await message(qian, "不该说的话").count()) === 0)

    /* Spoken with a mouse that strays from the button while it is held; heard at the desk, too. */
    await qian.locator('[data-test="voice"]').hover()
    await qian.mouse.down()
    await qian.locator('[data-state="recording"]').waitFor()
    await qian.mouse.move(400, 780)
    await until("a second was spoken", async () =>
        !/60/.test(await qian.locator('[role="timer"]').textContent()))
    await qian.mouse.up()
    await li.locator('[data-test="message"] [data-test="voice-play"]').waitFor()
    const voice = qian.locator('[data-test="message"] [data-test="voice-play"]')
    await voice.click()
    await until("it is heard", () =>
        voice.locator(".gone").evaluate((bar) => new DOMMatrix(bar.style.transform).a > 0.1))
    await shot(qian, "desk-voice")

    /* Both at once: the second learns who was first, and what she can do. */
    assert((await tones(qian)) === quiet[0] && (await tones(zhao)) === quiet[1], "nothing rings")
    injectAlert({ level: "high", scam_type: "refund" })
    await go(zhao, "a")
    const row = (page) => page.locator('[data-test="alert-row"]', { hasText: "退款理赔" })
    await until("it is in the list or waits above it", async () => {
        const news = zhao.locator('[data-test="news"]')
        if (await news.isVisible()) await zhao.keyboard.press("n")
        return (await row(zhao).count()) === 1
    })
    await row(zhao).click()
    await go(qian, "a")
    if (await qian.locator('[data-test="news"]').isVisible()) await qian.keyboard.press("n")
    await row(qian).click()
    await zhao.context().setOffline(true)
    await zhao.locator('[data-test="link"].bad').waitFor({ timeout: 60_000 })
    await shot(zhao, "desk-offline")
    await zhao.locator('[data-test="alert-take"]').click()
    await qian.keyboard.press("a")
    await qian.locator('[data-test="alert-claim"]', { hasText: "您已签收" }).waitFor()
    await zhao.context().setOffline(false)
    await zhao.locator('[data-test="conflict"]', { hasText: "钱文" }).waitFor({ timeout: 40_000 })
    await shot(zhao, "desk-conflict")
    await zhao.locator('[data-test="conflict"] .button').first().click()
    await zhao.locator('[data-test="conflict"]').waitFor({ state: "detached" })

    /* Both alerts wait in the queue, by time left; what is chosen opens beside it. */
    await go(zhao, "q")
    const queue = zhao.locator('[data-test="queue-row"]')
    await zhao.locator('[data-test="kind-1"]').click()
    await until("both are in the queue", async () => (await queue.count()) === 2)
    await zhao.keyboard.press("j")
    await zhao.locator('[data-test="alert-detail"]').waitFor()
    await shot(zhao, "desk-queue")
    await zhao.keyboard.press("/")
    await zhao.keyboard.type("退款")
    await until("the list is filtered", async () => (await queue.count()) === 1)
    await zhao.locator('[data-test="queue-text"]').fill("")
    await zhao.keyboard.press("Escape")

    /* Keys in sight, anything found by a few characters. */
    await zhao.keyboard.press("Shift+Slash")
    await zhao.locator('[data-test="keys"]').waitFor()
    await shot(zhao, "desk-keys")
    await zhao.keyboard.press("Escape")
    await zhao.keyboard.press("Control+k")
    await zhao.locator('[data-test="find"]').fill("柳荫")
    await shot(zhao, "desk-find")
    await zhao.keyboard.press("Enter")
    await zhao.locator("textarea.text").waitFor()

    /* Nothing of anybody else stays on the device. */
    const kept = await qian.evaluate(async () => {
        const rows = {}
        for (const { name } of await indexedDB.databases())
            await new Promise((resolve) => {
                indexedDB.open(name).onsuccess = ({ target: { result: db } }) => {
                    const all = db.transaction([...db.objectStoreNames])
                    for (const table of db.objectStoreNames)
                        all.objectStore(table).count().onsuccess = (e) => {
                            rows[table] = e.target.result
                        }
                    all.oncomplete = resolve
                }
            })
        return rows
    })
    assert(kept.rooms === 0 && kept.pages === 0, `on the device: ${JSON.stringify(kept)}`)

    /* Locked: no names, no screen, but it still rings; opened with both factors. */
    await qian.locator('[data-test="lock"]').click()
    await qian.locator('[data-test="locked"]').waitFor()
    const heard = await tones(qian)
    injectAlert({ level: "critical", scam_type: "investment" })
    await qian.locator(lane).waitFor()
    await until("it rings while locked", async () => (await tones(qian)) > heard)
    await shot(qian, "desk-locked")
    const locked = await qian.locator("body").textContent()
    assert(!locked.includes("王桂兰") && !locked.includes("402"), "no names while locked")
    await qian.reload()
    await qian.locator('[data-test="locked"]').waitFor()
    await fillLogin(qian, "qian")
    await qian.locator('[data-test="locked"]').waitFor({ state: "detached", timeout: 15_000 })
    await qian.locator('[data-test="arm"]').waitFor()
    await shot(qian, "desk-unlocked")
})
