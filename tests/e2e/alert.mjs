/*
 * A fraud warning reaches the three kinds of people it is for, each in her own words;
 * an officer writes with the badge, hides and mutes; a stranger joins by invite.
 */
import { writeFileSync, readFileSync } from "node:fs"
import { join } from "node:path"
import {
    assert, enterHall, hears, inject, loginResident, loginStaff, message, say, shot, story,
    toEnd, until,
    url,
} from "./browser.mjs"
import { picture } from "./picture.mjs"

async function menu(page, text, action) {
    await message(page, text).last().locator('[data-test="more"]').click()
    await page.locator(`[data-test="do-${action}"]`).click()
}

const frames = (page) => {
    const seen = []
    page.on("websocket", (socket) => socket.on("framereceived", ({ payload }) =>
        seen.push(Buffer.from(payload).toString("utf8"))))
    return seen
}

await story("alert", async (town) => {
    const wang = await town.device({ night: true })
    const sun = await town.device({ night: true })
    const leader = await town.device()
    const li = await town.device()
    const zhao = await town.device()
    const heardByLi = frames(li)
    await loginResident(wang, "13800000001")
    await loginResident(sun, "13800000004")
    await loginResident(leader, "13800000005")
    await loginResident(li, "13800000002")
    await loginStaff(zhao, "zhao")
    await enterHall(li)

    /* One injection, three messages. */
    inject(process.env.HALL_ALERT)
    await wang.locator('[data-test="target"]').waitFor()
    await li.locator('[data-test="top-notice"]').waitFor()
    assert((await wang.locator('[data-test="target"]').textContent()).includes("不要转账"),
        "what to do")
    /* At night she is woken; a neighbour finds a line in the morning. */
    const tones = (page) => page.evaluate(() => window.tones)
    await sun.locator(".line .head", { hasText: "冒充" }).waitFor()
    assert(await sun.locator('[data-test="top-notice"]').count() === 0, "nothing over her page")
    await until("heard by her, and by day", async () =>
        await tones(wang) > 0 && await tones(li) > 0)
    assert(await tones(sun) === 0, "a neighbour is not woken")
    await shot(sun, "night-line")
    await sun.goto(`${url}/me`)
    await sun.locator('label:has([data-test="night-0"])').click()
    await sun.locator('[data-test="top-notice"]').waitFor()
    await shot(wang, "target")
    await shot(li, "top-notice")
    await leader.goto(`${url}/work`)
    await zhao.goto(`${url}/work`)
    const order = leader.locator('[data-test="order"]').first()
    await order.waitFor()
    await zhao.locator('[data-test="order"]').first().waitFor()
    assert(!(await order.textContent()).includes("王桂兰"), "the unit leader sees surname and form")
    assert((await zhao.locator('[data-test="order"]').first().textContent()).includes("王桂兰"),
        "the officer sees who it is")

    /* Nothing that reached a neighbour leads to her. */
    const heard = heardByLi.join("\n")
    const notice = await li.locator('[data-test="top-notice"]').textContent()
    assert(heard.includes("反诈"), "the notice was among the frames")
    for (const secret of ["3栋2单元402", "安全账户”转账，请立即上门", "10-50万元"])
        assert(!heard.includes(secret) && !notice.includes(secret), `a neighbour got: ${secret}`)

    /* The first who takes it has it; the other learns who, at once. */
    await shot(leader, "order")
    await order.locator('[data-test="order-take"]').click()
    await order.locator('[data-test="order-claim"]', { hasText: "您已签收" }).waitFor()
    await zhao.locator('[data-test="order-claim"]', { hasText: "刘秀珍" }).waitFor()
    await shot(zhao, "order-taken-by-another")

    /* She answers; whoever has the order reads it at once. Then the page closes, and the notice is
       known once and becomes a line. */
    await wang.locator('[data-test="target-answer-2"]').click()
    await wang.locator('[data-test="target-then"]', { hasText: "96110" }).waitFor()
    await leader.locator('[data-test="order-answer"]', { hasText: "已经转账" }).waitFor()
    await zhao.locator('[data-test="order-answer"]', { hasText: "已经转账" }).waitFor()
    await shot(wang, "target-answered")
    await wang.locator('[data-test="target-known"]').click()
    await wang.locator('[data-test="target"]').waitFor({ state: "detached" })
    await li.locator('[data-test="top-notice"] [data-test="notice-known"]').click()
    await li.locator('[data-test="top-notice"] [data-test="notice"]').waitFor({ state: "detached" })
    await li.reload()
    await toEnd(li)
    await hears(li, "反诈")
    assert(await li.locator('[data-test="top-notice"] [data-test="notice"]').count() === 0,
        "a known notice does not come back")
    await zhao.locator('[data-test="order"] .button', { hasText: "到达情况" }).first().click()
    await zhao.locator("table").waitFor()
    await zhao.goBack()

    /* The officer: with the badge, hiding, muting. */
    await enterHall(zhao)
    await zhao.locator(".official input").check()
    await say(zhao, "各位邻居，民警不会要您转账。")
    await hears(li, "民警不会要您转账")
    assert(await message(li, "民警不会要您转账").locator(".badge.official").count() === 1, "official")
    await say(li, "这是一句不该说的话")
    await hears(zhao, "不该说的话")
    await menu(zhao, "不该说的话", "hide")
    await zhao.locator('[data-test="hide-do"]').click()
    await until("hidden for everybody", async () =>
        (await message(li, "不该说的话").count()) === 0 &&
        (await message(zhao, "不该说的话").count()) === 0)
    assert((await li.locator('[data-test="gone"]').last().textContent()).includes("有个人信息"), "why")
    await shot(li, "hidden")
    await say(li, "再来一句")
    await hears(zhao, "再来一句")
    await menu(zhao, "再来一句", "mute")
    await zhao.locator('[data-test="mute-do"]').click()
    await zhao.locator(".wrong").waitFor()
    await zhao.locator("textarea.input").fill("请先冷静一下")
    await zhao.locator('[data-test="mute-do"]').click()
    await li.locator(".closed").waitFor()
    await shot(li, "muted")
    await menu(zhao, "再来一句", "mute")
    await zhao.locator(".lift").click()
    await li.locator("textarea.text").waitFor()

    /* A picture: smaller on the phone, anew on the server, in its box for the others. */
    const file = join(process.env.HALL_SHOTS, "picture.png")
    writeFileSync(file, picture(2400, 1500))
    await li.locator('input[type="file"]').setInputFiles(file)
    await li.locator(".composer .photos img").waitFor()
    await say(li, "楼下的车棚")
    const shown = message(zhao, "楼下的车棚").locator("img")
    await shown.waitFor()
    await until("it is loaded", () =>
        shown.evaluate((img) => img.complete && img.naturalWidth > 100))
    await shot(zhao, "picture")
    await message(zhao, "楼下的车棚").locator(".photo").click()
    const large = zhao.locator('[role="dialog"] img')
    await until("it is large", () => large.evaluate((img) => img.naturalWidth === 1600))
    await zhao.goBack()

    /* The source takes it back: everybody who was told is told. */
    const cancel = JSON.parse(readFileSync(process.env.HALL_ALERT, "utf8"))
    assert(cancel.msg_type !== "cancel", "the example is an alert")
    await zhao.goto(`${url}/work`)
    await zhao.locator('[data-test="order"]').first().waitFor()

    /* Somebody new joins with the poster's link. */
    const fresh = await town.device()
    await loginResident(fresh, "13800009999", { invite: "LIUYIN-2468", name: "新来的邻居" })
    await enterHall(fresh)
    await say(fresh, "大家好，我刚搬来")
    await hears(li, "我刚搬来")

    /* My page: a name, the devices, out of all others, out. */
    await fresh.goto(`${url}/me`)
    await fresh.locator(".devices li").first().waitFor()
    await fresh.locator('[data-test="rename"]').click()
    await fresh.locator('[name="name"]').fill("5栋小周")
    await fresh.locator('[role="dialog"] button[type="submit"]').click()
    await fresh.locator("h2", { hasText: "5栋小周" }).waitFor()
    await fresh.locator('[data-test="logout"]').click()
    await fresh.locator('[data-test="logout-do"]').click()
    await fresh.locator('[name="phone"]').waitFor()
    const left = await fresh.evaluate(async () => {
        const rows = []
        for (const { name } of await indexedDB.databases())
            await new Promise((resolve) => {
                indexedDB.open(name).onsuccess = ({ target: { result: db } }) => {
                    const tables = [...db.objectStoreNames]
                    const all = db.transaction(tables)
                    for (const table of tables)
                        all.objectStore(table).count().onsuccess = (e) => rows.push(e.target.result)
                    all.oncomplete = resolve
                }
            })
        return rows.reduce((a, b) => a + b, 0)
    })
    assert(left === 0, `after logging out ${left} rows are on the device`)
    await fresh.goto(`${url}/`)
    await fresh.locator('[name="phone"]').waitFor()
})
