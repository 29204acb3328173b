/*
 * A missing child at the desk: in the queue at once, checked and shown by keyboard, a
 * sighting, found, handed over; what the halls were shown is gone from the open pages.
 */
import { assert, shot, story, until } from "./browser.mjs"
import { asResident, deskOf, goOnDuty, reportMissing, tones } from "./desk_people.mjs"

const state = (page, text) =>
    page.locator('[data-test="person-state"]', { hasText: text }).waitFor()
const pick = (page, name, text) => {
    const field = page.locator(`[data-test="field-${name}"]`)
    return page.locator(".choice", { has: field, hasText: text }).click()
}

await story("desk search", async (town) => {
    const qian = await deskOf(town)
    const zhao = await deskOf(town)
    await goOnDuty(qian, "qian")
    await goOnDuty(zhao, "zhao")
    const before = await tones(qian)
    const { person_id: id } = reportMissing()

    /* A child: it rings on both desks and waits in their queue. */
    await qian.locator('[data-test="lane-search"]').waitFor()
    await until("it rings", async () => (await tones(qian)) > before)
    for (const page of [qian, zhao]) {
        await page.keyboard.press("g")
        await page.keyboard.press("p")
        await page.locator('[data-test="queue-row"]', { hasText: "走失" }).waitFor()
        await page.keyboard.press("j")
        await state(page, "待核实")
    }
    await shot(zhao, "desk-search-verify")
    assert((await zhao.locator('[data-test="person"]').textContent()).includes("李小宝"), "who")

    /* Without the check it is not shown; with it, it is, and the other desk knows. */
    await zhao.keyboard.press("a")
    await zhao.locator('[data-test="move-do"]').click()
    await zhao.locator(".move .wrong").first().waitFor()
    await zhao.locator('[data-test="field-reporterChecked"]').check()
    await pick(zhao, "consent", "监护人同意")
    await pick(zhao, "riskClass", "一般")
    await shot(zhao, "desk-search-activate")
    await zhao.keyboard.press("Control+Enter")
    await state(zhao, "寻找中")
    await state(qian, "寻找中")
    await qian.locator('[data-test="lane-search"]').waitFor({ state: "detached" })

    /* Somebody saw her: the team has it at once and says what it is worth. */
    asResident("13800000008", "person_sighting", {
        person_id: id, client_key: "$key", seen_at: "$now", place: "湖边凉亭", direction: "往北",
    })
    await zhao.locator('[data-test="sighting"]', { hasText: "湖边凉亭" }).waitFor()
    await zhao.locator('[data-test="sighting"] .button').first().click()
    await zhao.locator('[data-test="sighting"] .chip', { hasText: "有用" }).waitFor()
    await zhao.locator(".photo img").first().waitFor()
    await shot(zhao, "desk-search-active")
    const shown = await zhao.locator(".photo img").first().getAttribute("src")

    /* Found: the picture of the halls goes at once. Handed over: how far it is gone is seen. */
    await zhao.keyboard.press("e")
    await zhao.locator('[data-test="field-place"]').fill("湖边凉亭")
    await zhao.keyboard.press("Control+Enter")
    await state(zhao, "人已找到")
    await until("what was shown to the halls is on no page", async () =>
        (await zhao.locator(`img[src="${shown}"]`).count()) +
        (await qian.locator(`img[src="${shown}"]`).count()) === 0)
    await zhao.keyboard.press("e")
    await zhao.locator('[data-test="field-recipientName"]').fill("李建军")
    await pick(zhao, "recipientRelation", "祖父母")
    await pick(zhao, "identityCheck", "身份证")
    await zhao.keyboard.press("Control+Enter")
    await state(zhao, "已团聚")
    await state(qian, "已团聚")
    await zhao.locator('[data-test="take-down"]').first().waitFor({ timeout: 15_000 })
    await shot(zhao, "desk-search-ended")
})
