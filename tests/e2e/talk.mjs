/* Two neighbours: talk, quote, recall, search, go away and come back. */
import {
    assert, enterHall, hears, loginResident, message, say, shot, story, toEnd, until, url,
} from "./browser.mjs"

const unread = '[data-test="unread-line"]'
const bodies = (page) =>
    page.locator('[data-test="message"] .text').evaluateAll((all) => all.map((e) => e.textContent))

async function menu(page, text, action) {
    await message(page, text).last().locator('[data-test="more"]').click()
    await page.locator(`[data-test="do-${action}"]`).click()
}

await story("talk", async (town) => {
    const wang = await town.device()
    const li = await town.device()
    await loginResident(wang, "13800000001")
    await shot(wang, "home")
    await loginResident(li, "13800000002")

    /* What was said before is new to her: the line stands above it. */
    await enterHall(wang)
    await wang.locator(unread).waitFor()
    await shot(wang, "hall-unread")
    await enterHall(li)

    /* Said by one, seen by both, once and in order. */
    await say(li, "今晚七点到九点停水，大家先接点水。")
    await until("his own words at once", async () =>
        (await li.locator('[data-test="pending"], [data-test="message"]', { hasText: "先接点水" })
            .count()) === 1, 1000)
    await hears(li, "先接点水")
    await wang.locator('[data-test="to-end"]').click()
    await hears(wang, "先接点水")
    await say(wang, "谢谢李师傅。")
    await hears(li, "谢谢李师傅")
    for (let i = 1; i <= 12; i++) await say(li, `第${i}句，连着说。`)
    await hears(wang, "第12句，连着说")
    const heard = (await bodies(wang)).filter((text) => text.includes("连着说"))
    const order = heard.map((text) => Number(/第(\d+)句/.exec(text)[1]))
    assert(order.length > 3 && order.every((n, i) => i === 0 || n === order[i - 1] + 1),
        `heard in order: ${order}`)

    /* Quoting leads back to what was quoted. */
    await menu(wang, "第12句，连着说", "quote")
    await until("the field has the focus again", () =>
        wang.evaluate(() => document.activeElement?.tagName === "TEXTAREA"))
    await say(wang, "最后一句听见了。")
    await hears(li, "最后一句听见了")
    assert(await message(li, "最后一句听见了").locator(".quote").count() === 1, "a quote is shown")

    /* Recall within two minutes: gone for both, words stay in its place. */
    await say(wang, "我把钥匙放在门垫下面了")
    await hears(li, "门垫下面")
    await menu(wang, "门垫下面", "recall")
    for (const page of [wang, li]) {
        await until("the recalled words are gone", async () =>
            (await message(page, "门垫下面").count()) === 0)
        await page.locator('[data-test="gone"]').last().waitFor()
    }
    await shot(li, "hall-recalled")

    /* Search finds one character, traditional spelling too, and opens it in place. */
    await say(li, "丢了一把蓝色的伞，在三号楼门口")
    await hears(wang, "蓝色的伞")
    for (const text of ["伞", "傘", "色的"]) {
        await wang.locator('[data-test="search"]').click()
        await wang.locator('[data-test="search-field"]').fill(text)
        await wang.locator('[data-test="hit"]', { hasText: "蓝色的伞" }).waitFor()
        if (text === "伞") await shot(wang, "search")
        await wang.locator('[data-test="hit"]', { hasText: "蓝色的伞" }).click()
        await wang.locator(".flash", { hasText: "蓝色的伞" }).waitFor()
    }
    await wang.locator('[data-test="search"]').click()
    await wang.locator('[data-test="search-field"]').fill("门垫")
    await wang.locator('[role="status"]', { hasText: "没有找到" }).waitFor()
    await wang.goBack()

    /* A message with a phone number is asked about once. */
    await say(li, "要买菜的打13912345678")
    await li.locator('[data-test="pii-mask"]').click()
    await hears(wang, "要买菜的打139********")

    /* Away without network: what she writes waits, what she missed comes. */
    await wang.context().setOffline(true)
    await wang.locator('[data-test="link-bar"]').waitFor({ timeout: 60_000 })
    await say(wang, "我在地铁里，等会儿再说。")
    await wang.locator('[data-test="pending"]', { hasText: "地铁里" }).waitFor()
    await shot(wang, "hall-offline")
    for (let i = 1; i <= 5; i++) await say(li, `你不在时说的第${i}句`)
    await hears(li, "你不在时说的第5句")
    await wang.context().setOffline(false)
    await hears(li, "我在地铁里")
    await hears(wang, "你不在时说的第5句")
    await until("nothing is pending", async () =>
        (await wang.locator('[data-test="pending"]').count()) === 0)
    const missed = (await bodies(wang)).filter((text) => text.startsWith("你不在时说的"))
    assert(missed.length === 5 && new Set(missed).size === 5, `missed and got: ${missed}`)

    /* Written offline, reloaded before it was sent: it is sent all the same. */
    await wang.context().setOffline(true)
    await say(wang, "这句话熬过了重新打开")
    await wang.locator("textarea.text").fill("写了一半的")
    await wang.waitForTimeout(600)
    await wang.context().setOffline(false)
    await wang.reload()
    await hears(wang, "这句话熬过了重新打开")
    await hears(li, "这句话熬过了重新打开")
    assert(await wang.locator("textarea.text").inputValue() === "写了一半的", "the draft is kept")

    /* The hall is drawn from the device before the network answers. */
    await wang.route("**/ws", (route) => route.abort())
    await wang.reload()
    await hears(wang, "这句话熬过了重新打开")
    await wang.unroute("**/ws")

    /* Two pages of one person: both show, one of them sends, nothing is doubled. */
    const second = await li.context().newPage()
    await second.goto(li.url())
    await toEnd(second)
    await hears(second, "这句话熬过了重新打开")
    for (let i = 1; i <= 3; i++) {
        await say(second, `第二个页面说的第${i}句`)
        await say(li, `第一个页面说的第${i}句`)
    }
    for (const page of [li, second, wang])
        for (const which of ["第一个", "第二个"]) await hears(page, `${which}页面说的第3句`)
    const both = (await bodies(wang)).filter((text) => text.includes("页面说的"))
    assert(both.length === 6 && new Set(both).size === 6, `from two pages: ${both}`)
    await second.close()
    await say(li, "另一个页面关了")
    await hears(wang, "另一个页面关了")

    /* Read to the end, for more than a second: nothing is new, now and on later visits. */
    await toEnd(wang)
    await wang.waitForTimeout(2500)
    await wang.goto(`${url}/`)
    await until("nothing is unread", async () =>
        (await wang.locator(".state.news").count()) === 0)
})
