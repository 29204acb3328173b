/*
 * People and the audit: an officer looks a neighbour up, opens what is kept about her with a
 * reason, mutes her and confirms where she lives; she reads who opened it and why; the
 * auditor finds all of it, and that the chain is whole.
 */
import { assert, enterHall, loginResident, shot, story, url } from "./browser.mjs"
import { deskOf, goOnDuty } from "./desk_people.mjs"

const test = (name) => `[data-test="${name}"]`
const field = (page, name) => page.locator(test(`field-${name}`))

await story("desk office", async (town) => {
    const sun = await town.device()
    await loginResident(sun, "13800000004")
    await enterHall(sun)
    const zhao = await deskOf(town)
    await goOnDuty(zhao, "zhao")
    await zhao.locator(test("queue")).waitFor()

    /* By keyboard: by name, part of it is not enough; whoever is not of her places is not found. */
    await zhao.keyboard.press("g")
    await zhao.keyboard.press("r")
    await zhao.locator(test("people-name")).fill("周小梅")
    await zhao.keyboard.press("Enter")
    await zhao.locator(test("people-none")).waitFor()
    await zhao.locator(test("by-phone")).click()
    await zhao.locator(test("people-phone")).fill("138 0000 0004")
    await zhao.keyboard.press("Enter")
    await zhao.locator(test("people-row"), { hasText: "孙一鸣" }).waitFor()
    await zhao.locator("h1").first().click()
    await zhao.keyboard.press("Escape")
    await zhao.keyboard.press("j")
    await zhao.locator(`${test("people-why")}:focus`).waitFor()
    await zhao.keyboard.press("Enter")
    await zhao.locator(".form-wrong").waitFor()
    await zhao.keyboard.type("本人来问住址")
    await zhao.keyboard.press("Enter")
    const file = zhao.locator(test("people-file"))
    await file.locator(test("people-hall"), { hasText: "可以发言" }).waitFor()
    await file.filter({ hasText: "还没有确认" }).waitFor()
    await shot(zhao, "desk-people-file")

    /* Muted, told why; her address is confirmed by picking a building and a unit. */
    await zhao.locator(test("move-mute")).click()
    await zhao.locator(".choice", { hasText: "1 小时" }).click()
    await field(zhao, "reason").fill("刷屏")
    await zhao.keyboard.press("Control+Enter")
    await file.locator(test("people-hall"), { hasText: "刷屏" }).waitFor()
    await zhao.locator(test("move-verify")).click()
    await zhao.locator(test("find-unitId")).fill("5栋")
    await zhao.keyboard.press("Enter")
    await zhao.locator(".choice", { hasText: "5栋 1单元" }).click()
    await field(zhao, "door").fill("201")
    await shot(zhao, "desk-people-verify")
    await zhao.keyboard.press("Control+Enter")
    await file.filter({ hasText: "柳荫社区 5栋 1单元" }).filter({ hasText: "住址已核实" }).waitFor()

    /* She reads who, as what and why. */
    await sun.goto(`${url}/me/access`)
    const read = sun.locator(`${test("access")} li`, { hasText: "看了您的个人资料" }).first()
    await read.filter({ hasText: "赵建国" }).filter({ hasText: "本人来问住址" }).waitFor()
    await shot(sun, "phone-access-account")

    /* The auditor has her own screen and nothing else of the desk. */
    const jiang = await deskOf(town)
    await goOnDuty(jiang, "jiang")
    await jiang.locator(test("audit-row")).first().waitFor()
    assert(!(await jiang.locator("nav").textContent()).includes("待办"), "no queue for her")
    const row = (...words) => words.reduce(
        (rows, hasText) => rows.filter({ hasText }), jiang.locator(test("audit-row")))
    await row("打开个人资料", "赵建国 民警", "孙一鸣", "本人来问住址").first().waitFor()
    await row("禁言", "刷屏").first().waitFor()
    await row("确认住址").first().waitFor()
    await shot(jiang, "desk-audit")
    await jiang.keyboard.press("/")
    await jiang.keyboard.type("蒋明")
    await jiang.keyboard.press("Enter")
    await row("查看审计", "蒋明 督察").first().waitFor()
    await row("禁言").waitFor({ state: "detached" })
    await jiang.locator(test("chain-check")).click()
    await jiang.locator(test("chain"), { hasText: "链条完整" }).waitFor()
    await shot(jiang, "desk-audit-whole")
})
