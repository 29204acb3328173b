/*
 * A quarrel is reported: photo first, from the cellar without network; and once more
 * from the hall, where the words then leave everybody's sight. An officer takes it up,
 * asks, and the reporter answers; she follows each step in plain words.
 */
import { readFileSync, writeFileSync } from "node:fs"
import {
    assert, enterHall, hears, loginResident, message, say, shot, story, toEnd, until,
    url,
} from "./browser.mjs"
import { officer } from "./officer.mjs"
import { reportDispute } from "./reports.mjs"

const SMOKE = "楼下早餐店四点就开始炸油条，油烟全进卧室。"
const IN_HALL = "302的狗天天半夜叫，没法睡觉"
const SECRET = "老板以前打过人，先别告诉他"

const mine = (page, text) => page.locator('[data-test="my-matter"]', { hasText: text })

await story("matter", async (town) => {
    const li = await town.device()
    const wang = await town.device()
    await loginResident(li, "13800000002")
    await loginResident(wang, "13800000001")
    const zhao = await officer("zhao")

    /* Half filled in and reloaded: it is still there. */
    await li.goto(`${url}/report`)
    await li.locator('[data-test="step-next"]').click()
    await li.locator('[data-test="step-next"]').click()
    await li.locator(".wrong").waitFor()
    await li.locator('[name="description"]').fill("写了一半的")
    await li.waitForTimeout(600)
    await li.reload()
    await until("the draft is kept", async () =>
        (await li.locator('[name="description"]').inputValue()) === "写了一半的")

    /* Without network from the third page on: kept, and sent when it is back. */
    await li.goto(`${url}/report`)
    let isOffline = false
    await reportDispute(li, {
        words: SMOKE, building: "3栋",
        look: async (page, name) => {
            await shot(page, `report-${name}`)
            if (name !== "where" || isOffline) return
            isOffline = true
            await page.context().setOffline(true)
        },
    })
    await li.locator('[data-test="pending-matter"]', { hasText: "油烟" }).waitFor()
    await shot(li, "matters-offline")
    await li.context().setOffline(false)
    await mine(li, "油烟").waitFor({ timeout: 45_000 })
    await until("nothing is pending", async () =>
        (await li.locator('[data-test="pending-matter"]').count()) === 0)
    await shot(li, "matters")
    await mine(li, "油烟").click()
    await li.locator('[data-test="matter"]').waitFor()
    await li.getByText(SMOKE).waitFor()
    const photo = li.locator("main img").first()
    await until("her photo is there", () =>
        photo.evaluate((img) => img.complete && img.naturalWidth > 100))
    await shot(li, "matter-submitted")
    const disputeId = Number(new URL(li.url()).pathname.split("/").pop())

    /* The officer asks; the words are on her page at once, the staff's notes never. */
    const note = (kind, body) =>
        zhao.ask("dispute_note", { dispute_id: disputeId, client_key: "", kind, body })
    await note("note", SECRET)
    await note("question", "油烟机装在哪一边？")
    await li.getByText("有人问您").first().waitFor()
    await li.getByText("油烟机装在哪一边").waitFor()
    await li.locator('[data-test="matter-add"]').click()
    await li.locator('[name="words"]').fill("在北边，正对我家窗户。")
    await li.locator('[data-test="matter-add-do"]').click()
    await li.locator('[data-test="matter-line"]', { hasText: "正对我家窗户" }).waitFor()
    await shot(li, "matter-answered")
    assert(!(await li.content()).includes(SECRET), "a staff note reached the reporter")

    const { view } = await zhao.ask("dispute_read", { dispute_id: disputeId })
    assert(view.place_name.includes("3栋"), `the building she chose, not ${view.place_name}`)

    /* What is kept of her goes with her: her own words, and not what staff noted. */
    await li.goto(`${url}/me/data`)
    await li.locator('[data-test="data-save"]').click()
    await li.locator('[data-test="data-file"]').waitFor()
    await shot(li, "data-ready")
    const [download] = await Promise.all([
        li.waitForEvent("download"), li.locator('[data-test="data-file"]').click(),
    ])
    const kept = readFileSync(await download.path(), "utf8")
    for (const text of ["13800000002", "3栋", SMOKE, "油烟机装在哪一边", "正对我家窗户"])
        assert(kept.includes(text), `the file has no ${text}`)
    assert(!kept.includes(SECRET), "a staff note is in the file")
    if (process.env.HALL_LOOK === "1")
        writeFileSync(`${process.env.HALL_SHOTS}/data-file.html`, kept)

    /* From the hall: her own words become a report and leave the hall. */
    await enterHall(li)
    await say(li, IN_HALL)
    await enterHall(wang)
    await toEnd(wang)
    await hears(wang, IN_HALL)
    await message(li, IN_HALL).last().locator('[data-test="more"]').click()
    await li.locator('[data-test="do-convert"]').click()
    await li.waitForURL(/\/report/)
    await reportDispute(li, { photo: false, look: (page, name) => shot(page, `convert-${name}`) })
    await until("the words are out of sight", async () =>
        (await message(wang, IN_HALL).count()) === 0)
    await shot(wang, "hall-converted")
    await until("there are two matters", async () =>
        (await li.locator('[data-test="my-matter"]').count()) === 2)

    /* Withdrawn, by its first page. */
    await li.locator('[data-test="my-matter"]').first().click()
    await li.locator('[data-test="matter-withdraw"]').click()
    await li.locator('[name="reason"]').fill("邻居已经道歉了")
    await li.locator('[role="dialog"] button[type="submit"]').click()
    await until("it is withdrawn", async () =>
        (await li.locator('[data-test="matter-withdraw"]').count()) === 0)
    await shot(li, "matter-withdrawn")
    zhao.leave()
})
