/*
 * The breakfast shop at the desk: a report in the queue, the legal questions, taken up,
 * given to colleagues who are offered, another report merged into it; the second desk sees
 * it at once, and what it typed is not lost, whoever was first, without network, or locked.
 */
import { assert, shot, story, until, url } from "./browser.mjs"
import { deskOf, fillLogin, goOnDuty, injectAlert, reportFumes, tones } from "./desk_people.mjs"

const state = (page, text) =>
    page.locator('[data-test="dispute-state"]', { hasText: text }).waitFor()
const field = (page, name) => page.locator(`[data-test="field-${name}"]`)

await story("desk dispute", async (town) => {
    const qian = await deskOf(town)
    const zhao = await deskOf(town)
    await goOnDuty(qian, "qian")
    await goOnDuty(zhao, "zhao")
    reportFumes()

    for (const page of [qian, zhao]) {
        await page.keyboard.press("g")
        await page.keyboard.press("d")
        await page.keyboard.press("/")
        await page.keyboard.type("油烟")
        await page.locator('[data-test="queue-row"]', { hasText: "油烟异味" }).waitFor()
        await page.keyboard.press("Escape")
        await page.keyboard.press("j")
        await state(page, "待受理")
    }
    const text = await zhao.locator('[data-test="dispute"]').textContent()
    for (const words of ["油烟进我家窗户", "早餐店陈老板", "李建军", "受理"])
        assert(text.includes(words), `the file says: ${words}`)
    await shot(zhao, "desk-dispute")

    /* Both begin to take it up; the first wins, what the second typed is still there. */
    await qian.keyboard.press("a")
    await field(qian, "publicReason").fill("我们上门看看。")
    await zhao.keyboard.press("a")
    await shot(zhao, "desk-dispute-accept")
    await field(zhao, "publicReason").fill("社区民警明天上门。")
    await zhao.keyboard.press("Control+Enter")
    await state(zhao, "已受理")
    await qian.keyboard.press("Control+Enter")
    const late = qian.locator('[data-test="move-late"]')
    await late.filter({ hasText: "赵建国" }).filter({ hasText: "已受理" }).waitFor()
    assert((await field(qian, "publicReason").inputValue()) === "我们上门看看。", "words are kept")
    assert(await qian.locator('[data-test="late-again"]').count() === 0, "it is accepted already")
    await shot(qian, "desk-dispute-conflict")
    await qian.locator('[data-test="late-accept"]').click()
    await state(qian, "已受理")

    /* What can still be done is done again at the newest, with the words that were typed. */
    await qian.locator('[data-test="move-classify"]').click()
    await field(qian, "reason").fill("夜里更响。")

    /* A note for the file, then given to herself. */
    await zhao.keyboard.press("p")
    await field(zhao, "body").fill("先量噪声，再约双方。")
    await zhao.keyboard.press("Control+Enter")
    await zhao.locator('[data-test="dispute-line"]', { hasText: "先量噪声" }).waitFor()
    await zhao.keyboard.press("d")
    await zhao.locator(".choice", { hasText: "沈静" }).first().waitFor()
    const offered = await zhao.locator(".move").textContent()
    assert(offered.includes("钱文") && offered.includes("网格员"), `colleagues: ${offered}`)
    assert(!offered.includes("李建军") && !offered.includes("蒋明"), "no reporter, no auditor")
    await zhao.locator('[data-test="find-panelIds"]').fill("沈")
    await zhao.locator('[data-test="find-panelIds"]').press("Enter")
    const panel = zhao.locator("fieldset", { has: zhao.locator('[data-test="find-panelIds"]') })
    await until("only she is left", async () => (await panel.locator(".choice").count()) === 1)
    await panel.locator(".choice").click()
    await shot(zhao, "desk-dispute-assign")
    await zhao.keyboard.press("Control+Enter")
    await state(zhao, "已分派")
    assert((await zhao.locator('[data-test="dispute"]').textContent()).includes("沈静"), "the team")
    await state(qian, "已分派")
    await qian.keyboard.press("Control+Enter")
    await late.filter({ hasText: "已分派" }).waitFor()
    await qian.locator('[data-test="late-again"]').click()
    assert((await field(qian, "reason").inputValue()) === "夜里更响。", "the reason is kept")
    await qian.keyboard.press("Control+Enter")
    await qian.locator('[data-test="dispute-line"]', { hasText: "夜里更响" }).waitFor()
    await until("the queue says who has it", async () =>
        (await qian.locator('[data-test="queue-row"]', { hasText: "赵建国" }).count()) === 1)
    await shot(zhao, "desk-dispute-assigned")

    /* A neighbour reported the same: merged into this one, which is offered. */
    const { dispute_id: again } = reportFumes("13800000008")
    await zhao.goto(`${url}/desk/disputes/d${again}`)
    await state(zhao, "待受理")
    await zhao.locator('[data-test="move-merge"]').click()
    await zhao.locator(".choice", { hasText: "油烟异味" }).click()
    await shot(zhao, "desk-dispute-merge")
    await zhao.keyboard.press("Control+Enter")
    await state(zhao, "已合并")

    /* Without network nothing is done and nothing is lost. */
    const body = field(qian, "body")
    await qian.context().setOffline(true)
    await qian.keyboard.press("p")
    await body.fill("约在周三。")
    await qian.locator('[data-test="move-offline"]').waitFor({ timeout: 60_000 })
    assert(await qian.locator('[data-test="move-do"]').isDisabled(), "it says that it cannot")
    await shot(qian, "desk-move-offline")
    await qian.context().setOffline(false)
    await qian.locator('[data-test="move-offline"]').waitFor({ state: "detached", timeout: 60_000 })

    /* Ten minutes without a hand: locked over the open sheet; the words are there afterwards. */
    await qian.clock.install()
    await qian.clock.fastForward("10:05")
    await qian.locator('[data-test="locked"]').waitFor({ timeout: 40_000 })
    assert(!(await qian.locator("body").textContent()).includes("油烟"), "nothing of it is there")
    await shot(qian, "desk-locked-idle")
    const heard = await tones(qian)
    injectAlert({ level: "critical" })
    await qian.locator('[data-test="lane-row"]').waitFor()
    await until("it rings while locked", async () => (await tones(qian)) > heard)
    assert(!/王桂兰|402/.test(await qian.locator("body").textContent()), "it rings without names")
    await shot(qian, "desk-locked-rings")
    await fillLogin(qian, "qian")
    await qian.locator('[data-test="locked"]').waitFor({ state: "detached", timeout: 15_000 })
    await state(qian, "已分派")
    await qian.keyboard.press("p")
    await qian.locator('[data-test="move-kept"]').waitFor()
    assert((await body.inputValue()) === "约在周三。", "what was typed outlives the lock")
    await qian.keyboard.press("Control+Enter")
    await qian.locator('[data-test="dispute-line"]', { hasText: "约在周三" }).waitFor()
})
