/*
 * Pages without script: a browser that runs none joins by the code on the poster, and what it has
 * then is the session of the whole hall. Then each page as readers and small screens meet it.
 */
import { assert, shot, story, url } from "./browser.mjs"
import { check } from "./look.mjs"

const notice = process.env.HALL_NOTICE
const SMALL = { width: 320, height: 640 }
const PAGES = [
    ["lite", "/lite/"], ["lite-notice", `/n/${notice}`],
    ["lite-join", "/j/LIUYIN-2468?lite=1"], ["lite-missing", "/n/1"],
    ["lite-check", "/check"],
]

async function joinWithoutScript(town) {
    const page = await town.device({ viewport: SMALL, javaScriptEnabled: false })
    await page.goto(`${url}/`)
    await page.waitForURL("**/lite/")
    await page.goto(`${url}/j/LIUYIN-2468`)
    await page.waitForURL("**/j/LIUYIN-2468?lite=1")
    await page.locator('[name="phone"]').fill("13700137000")
    await page.locator("button").click()
    const demo = await page.locator("form p.big").textContent()
    await page.locator('[name="code"]').fill("0")
    await page.locator("button").click()
    assert((await page.locator('[role="alert"]').textContent()).includes("验证码不对"), "no word")
    await page.locator('[name="code"]').fill(/\d{6}/.exec(demo)[0])
    await page.locator('[name="name"]').fill("旧手机王阿姨")
    await shot(page, "lite-code")
    await page.locator("button").click()
    await page.waitForURL("**/lite/?joined=1*")
    await shot(page, "lite-joined")
    return (await page.context().cookies()).filter((cookie) => cookie.name === "hall")
}

async function asksHerself(town) {
    const page = await town.device({ viewport: SMALL, javaScriptEnabled: false })
    const sent = []
    const said = async (what) => {
        const shown = []
        for (const one of await page.locator(".said p").all())
            if (await one.isVisible()) shown.push(await one.getAttribute("class"))
        assert(shown.join() === what, `${shown.join()} instead of ${what}`)
    }
    const tick = async (...numbers) => {
        for (const number of numbers) await page.locator(`label[for="q${number}"]`).click()
    }
    await page.goto(`${url}/check`)
    page.on("request", (request) => {
        if (!request.url().endsWith("/favicon.svg")) sent.push(request.url())
    })
    await page.context().setOffline(true)
    await said("none")
    await tick(1, 2, 3, 4, 6)
    await said("low")
    await tick(7)
    await said("medium")
    await shot(page, "lite-check-medium")
    await tick(5)
    await said("high")
    await page.locator('label[for="money"]').click()
    await said("urgent")
    await page.locator(".count").scrollIntoViewIfNeeded()
    await shot(page, "lite-check-urgent")
    await page.locator('[type="reset"]').click()
    await said("none")
    assert(sent.length === 0, `sent: ${sent.join()}`)
    await page.goto(`${url}/check`) // again without a network: the browser has kept it
    await said("none")
}

async function isTheSameSession(town, cookies) {
    assert(cookies.length === 1 && cookies[0].httpOnly, "one cookie that no script can read")
    const page = await town.device()
    await page.context().addCookies(cookies)
    await page.goto(`${url}/lite/?joined=1`)
    await page.locator("a.button").first().click()
    await page.locator('[data-test="enter-hall"]').first().waitFor()
}

async function looksRight(town) {
    for (const dark of [false, true]) {
        const page = await town.device({ viewport: SMALL, dark })
        for (const [name, path] of PAGES)
            for (const lang of dark ? ["zh-Hans"] : ["zh-Hans", "zh-Hant", "en"]) {
                await page.goto(`${url}${path}${path.includes("?") ? "&" : "?"}lang=${lang}`)
                await check(page, `${name} ${lang}`, { isElder: true })
                const px = await page.evaluate(() => Math.min(
                    ...[...document.querySelectorAll("body *")].map((element) =>
                        parseFloat(getComputedStyle(element).fontSize))))
                assert(px >= 18, `${name}: ${px} px`)
                if (lang !== "zh-Hant")
                    await page.screenshot({
                        path: `${process.env.HALL_SHOTS}/${name}-${lang}${dark ? "-dark" : ""}.png`,
                        fullPage: true,
                    })
            }
    }
}

await story("lite", async (town) => {
    const cookies = await joinWithoutScript(town)
    await isTheSameSession(town, cookies)
    await asksHerself(town)
    await looksRight(town)
})
