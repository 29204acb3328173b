/*
 * Walks a table of screens. Each is opened as a person opens it and then put into one form
 * after the other where it stands, as somebody does who changes it on another page; only
 * another language is opened anew. Everybody walks at the same time, each on her own pages.
 */
import { shot } from "./browser.mjs"
import { check } from "./look.mjs"

/** Puts the page into a form: what 我的 would set, its size, the browser's own text size. */
async function wear(page, key, form) {
    const { viewport, textZoom = 1, hasOnlyColours: _, ...display } = form
    await page.setViewportSize(viewport)
    await page.evaluate(([name, value, zoom]) => {
        localStorage.setItem(name, value)
        document.documentElement.style.fontSize = zoom === 1 ? "" : `${zoom * 100}%`
        dispatchEvent(new StorageEvent("storage", { key: name, newValue: value }))
    }, [key, JSON.stringify(display), textZoom])
}

/** Until nothing moves, loads or is changed any more; a second at most. */
async function settle(page) {
    await page.evaluate(() => new Promise((resolve) => {
        const over = setTimeout(done, 1000)
        let calm = setTimeout(next, 120)
        const watch = new MutationObserver(() => {
            clearTimeout(calm)
            calm = setTimeout(next, 120)
        })
        watch.observe(document, { subtree: true, childList: true, attributes: true })
        function next() {
            const isBusy = [...document.images].some((image) => !image.complete) ||
                document.getAnimations().some(({ effect, playState }) =>
                    playState === "running" && effect.getComputedTiming().endTime !== Infinity)
            if (isBusy) calm = setTimeout(next, 50)
            else requestAnimationFrame(() => requestAnimationFrame(done))
        }
        function done() {
            clearTimeout(over)
            clearTimeout(calm)
            watch.disconnect()
            resolve()
        }
    }))
}

/** Another one, or none; answers the one before. */
const setWatermark = (page, value) => page.evaluate((image) => {
    const { style } = document.documentElement
    const before = style.getPropertyValue("--watermark")
    style.setProperty("--watermark", image)
    return before
}, value)

/**
 * `people` has a page for every `who` of the table; `groups` are forms by name, each group
 * opened once, `brief` those of screens that are `isBrief`. Answers what was wrong.
 */
export async function walk(people, screens, { groups, brief, key, addressOf, prefix = "" }) {
    const problems = []
    const only = process.env.HALL_SCREENS?.split(",")

    async function look(page, name, screen, forms) {
        const [first] = Object.values(forms)
        await page.setViewportSize(first.viewport)
        await page.evaluate(([item, value]) => localStorage.setItem(item, value),
            [key, JSON.stringify(first)])
        await page.goto(addressOf(screen))
        await screen.open(page)
        for (const [formName, form] of Object.entries(forms)) {
            await wear(page, key, form)
            await settle(page)
            await shot(page, `${prefix}${name}-${formName}`)
            /* Text over a picture has no contrast that could be measured. */
            const watermark = await setWatermark(page, "none")
            await check(page, `${name}, ${formName}`, form).catch((error) => {
                problems.push(error.message)
            })
            await setWatermark(page, watermark)
        }
    }

    async function go([who, page]) {
        for (const [name, screen] of Object.entries(screens)) {
            if (screen.who !== who || (only !== undefined && !only.includes(name))) continue
            for (const forms of screen.isBrief === true ? brief : groups) {
                await look(page, name, screen, forms).catch((error) => {
                    problems.push(`${name}, ${Object.keys(forms)}: ${error.message}`)
                })
                await screen.close?.(page)
            }
        }
    }

    await Promise.all(Object.entries(people).map(go))
    return problems
}
