/* Spoken and heard: held, tapped, without network, in 长辈版, without a microphone. */
import {
    assert, enterHall, loginResident, message, say, shot, story, toEnd, until,
} from "./browser.mjs"

const ELDER = { isOffered: true, isElder: true, theme: "light", language: "zh-Hans" }
const voices = (page) => page.locator('[data-test="message"] [data-test="voice-play"]')
const panel = (page, state) =>
    page.locator(`[data-test="voice-panel"]${state === undefined ? "" : `[data-state="${state}"]`}`)
const press = (page, name) => page.locator(`[data-test="voice-${name}"]`).click()

/** How long somebody has spoken, as the page says. */
const spoken = async (page) =>
    60 - Number(/\d+/.exec(await page.locator('[role="timer"]').textContent())[0])

async function speaks(page, seconds = 1) {
    await panel(page, "recording").waitFor()
    await until("she has spoken", async () => (await spoken(page)) >= seconds)
}

/** A finger on the microphone that stays until it is told to go. */
async function finger(page) {
    const { x, y, width, height } = await page.locator('[data-test="voice"]').boundingBox()
    const glass = await page.context().newCDPSession(page)
    const at = { x: x + width / 2, y: y + height / 2 }
    const touch = (type, touchPoints) =>
        glass.send("Input.dispatchTouchEvent", { type, touchPoints })
    await touch("touchStart", [at])
    return {
        up: () => touch("touchMove", [{ x: at.x, y: at.y - 120 }]),
        back: () => touch("touchMove", [at]),
        lift: () => touch("touchEnd", []),
    }
}

/** Plays it; how far it is follows the browser's own player. */
async function listens(button) {
    await button.click()
    await until("some of it was heard", () =>
        button.locator(".gone").evaluate((bar) => new DOMMatrix(bar.style.transform).a > 0.1))
}

await story("voice", async (town) => {
    const [wang, li, chen] = [
        await town.device({ permissions: ["microphone"] }),
        await town.device({ permissions: ["microphone"] }), await town.device(),
    ]
    await loginResident(wang, "13800000001")
    await loginResident(li, "13800000002")
    await enterHall(wang)
    await toEnd(wang)
    await enterHall(li)
    await toEnd(li)
    await shot(li, "voice-idle")

    /* Held for two seconds: sent when lifted; the other hears it. */
    const hold = await finger(li)
    await speaks(li, 2)
    await shot(li, "voice-held")
    await hold.lift()
    await panel(li).waitFor({ state: "detached" })
    await voices(wang).first().waitFor()
    const heard = voices(wang).first()
    assert(/^听一遍\s*语音，[23] 秒，李建军，\d+:\d\d/.test((await heard.textContent()).trim()),
        `its name: ${await heard.textContent()}`)
    await listens(heard)
    await shot(wang, "voice-playing")
    await heard.click()
    await until("it is paused", async () =>
        (await heard.textContent()).trim().startsWith("听一遍"))

    /* Slid up and lifted: thrown away. What is typed stays. */
    await li.locator("textarea.text").fill("写了一半的")
    const slide = await finger(li)
    await speaks(li)
    await slide.up()
    await li.locator(".leaving").waitFor()
    await slide.back()
    await li.locator(".leaving").waitFor({ state: "detached" })
    await slide.up()
    await slide.lift()
    await panel(li).waitFor({ state: "detached" })
    assert(await li.locator("textarea.text").inputValue() === "写了一半的", "the words stay")

    /* By keyboard, and heard before it is sent. */
    await li.locator('[data-test="voice"]').focus()
    await li.keyboard.press("Enter")
    await speaks(li)
    await li.keyboard.press("Enter")
    await panel(li, "kept").waitFor()
    await listens(panel(li).locator('[data-test="voice-play"]'))
    await shot(li, "voice-kept")
    await li.locator('[data-test="voice-send"]').press("Enter")
    await until("two were sent", async () => (await voices(wang).count()) === 2)
    await li.locator("textarea.text").fill("")

    /* Spoken without network, opened anew before it was sent: it is sent all the same. */
    await wang.context().setOffline(true)
    await wang.locator('[data-test="voice"]').tap()
    await speaks(wang)
    await press(wang, "stop")
    await press(wang, "send")
    await wang.locator('[data-test="pending"] [data-test="voice-play"]').waitFor()
    await shot(wang, "voice-pending")
    await wang.context().setOffline(false)
    await wang.reload()
    await until("it was sent once", async () => (await voices(li).count()) === 3)
    await until("nothing is pending", async () =>
        (await wang.locator('[data-test="pending"]').count()) === 0)

    /* 长辈版: a tap to start, a tap to stop, listen, again, send. */
    await wang.evaluate((display) => {
        localStorage.setItem("hall.display", JSON.stringify(display))
        dispatchEvent(new StorageEvent("storage", { key: "hall.display" }))
    }, ELDER)
    await toEnd(wang)
    await wang.locator('[data-test="voice"]').tap()
    await speaks(wang)
    await shot(wang, "voice-elder")
    await press(wang, "stop")
    await listens(panel(wang, "kept").locator('[data-test="voice-play"]'))
    await shot(wang, "voice-elder-kept")
    await press(wang, "again")
    await speaks(wang)
    await press(wang, "stop")
    await press(wang, "send")
    await until("four were sent", async () => (await voices(li).count()) === 4)
    await toEnd(wang)
    await shot(wang, "voice-elder-sent")

    /* Taken back while it is heard: silent, and gone. */
    await listens(voices(li).last())
    await wang.locator('[data-test="more"]').last().tap()
    await wang.locator('[data-test="do-recall"]').click()
    await until("it is gone", async () => (await voices(li).count()) === 3)

    /* Without the right to a microphone: what to do instead. */
    await loginResident(chen, "13800000003")
    await enterHall(chen)
    await chen.locator('[data-test="voice"]').tap()
    await panel(chen, "failed").waitFor()
    await shot(chen, "voice-refused")
    assert(/输入法/.test(await panel(chen).textContent()), "the keyboard has one")
    await press(chen, "type")
    await until("the field has the focus", () =>
        chen.evaluate(() => document.activeElement?.tagName === "TEXTAREA"))
    await say(chen, "我打字吧。")
    await message(chen, "我打字吧").first().waitFor()
})
