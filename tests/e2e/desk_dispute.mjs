/*
 * The breakfast shop at the desk: a report in the queue, the legal questions, taken up,
 * given to somebody; the second desk sees it at once, and what it typed is not lost.
 */
import { assert, shot, story, until } from "./browser.mjs"
import { deskOf, goOnDuty, reportFumes } from "./desk_people.mjs"

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
    await qian.locator('[data-test="move-failed"]', { hasText: "已有人改动" }).waitFor()
    assert((await field(qian, "publicReason").inputValue()) === "我们上门看看。", "words are kept")
    await shot(qian, "desk-dispute-conflict")
    await qian.keyboard.press("Escape")
    await state(qian, "已受理")

    /* A note for the file, then given to herself. */
    await zhao.keyboard.press("p")
    await field(zhao, "body").fill("先量噪声，再约双方。")
    await zhao.keyboard.press("Control+Enter")
    await zhao.locator('[data-test="dispute-line"]', { hasText: "先量噪声" }).waitFor()
    await zhao.keyboard.press("d")
    await zhao.locator('[data-test="move-do"]').waitFor()
    await shot(zhao, "desk-dispute-assign")
    await zhao.keyboard.press("Control+Enter")
    await state(zhao, "已分派")
    await state(qian, "已分派")
    await until("the queue says who has it", async () =>
        (await qian.locator('[data-test="queue-row"]', { hasText: "赵建国" }).count()) === 1)
    await shot(zhao, "desk-dispute-assigned")
})
