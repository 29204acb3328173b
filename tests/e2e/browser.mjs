/*
 * Chromium and the people of the demo town. Every person has a context (a device) of
 * her own; a page that logs an error or breaks the content policy fails the story.
 */
import { createRequire } from "node:module"
import { execFileSync } from "node:child_process"
import { join } from "node:path"

const need = createRequire(join(process.env.HALL_WEB, "package.json"))
const { chromium } = need("playwright-core")

export const url = process.env.HALL_URL
const shots = process.env.HALL_SHOTS
export const ARGS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-default-apps", "--disable-sync",
    "--disable-dev-shm-usage", "--mute-audio", "--use-fake-device-for-media-stream",
]
/* Said by the browser itself when the network or a door refuses, as the stories want it. */
const EXPECTED = /Failed to load resource|WebSocket connection to|net::ERR_/

export const PHONE = { width: 390, height: 844 }

export class Town {
    #browser
    #pages = []
    problems = []

    static async open() {
        const town = new Town()
        town.#browser = await chromium.launch({
            executablePath: process.env.HALL_CHROMIUM ?? "/usr/bin/chromium", args: ARGS,
        })
        console.log(`Chromium ${town.#browser.version()}`)
        return town
    }

    /**
     * A new device: an empty browser, a phone unless said otherwise. For a phone it is noon, or
     * with `night` eleven in the evening, so that quiet hours do not depend on when it runs.
     */
    async device({ viewport = PHONE, dark = false, night = false, ...options } = {}) {
        const context = await this.#browser.newContext({
            viewport, locale: "zh-CN", timezoneId: "Asia/Shanghai", hasTouch: viewport.width < 700,
            colorScheme: dark ? "dark" : "light", serviceWorkers: "block",
            deviceScaleFactor: Number(process.env.HALL_SCALE ?? 1), ...options,
        })
        context.setDefaultTimeout(10_000)
        if (viewport.width < 700) await context.addInitScript(setHour, night ? 23 : 12)
        const page = await context.newPage()
        page.on("console", (message) => {
            if (message.type() === "error" && !EXPECTED.test(message.text()))
                this.problems.push(`console: ${message.text()}`)
        })
        page.on("pageerror", (error) => this.problems.push(`page: ${error.stack}`))
        page.on("request", (request) => {
            const address = request.url()
            if (!address.startsWith(url) && !/^(data|blob):/.test(address))
                this.problems.push(`foreign host: ${address}`)
        })
        this.#pages.push(page)
        return page
    }

    /** What every device shows, for whoever reads the failure. */
    async photograph(name) {
        for (const [i, page] of this.#pages.entries())
            await photograph(page, `${name}-failed-${i}`).catch(() => undefined)
    }

    async close() {
        await this.#browser.close()
        if (this.problems.length > 0) throw new Error(this.problems.join("\n"))
    }
}

/* In the page: the hour that the hall's clock shows. Also counts the tones that were started. */
function setHour(hour) {
    Date.prototype.getUTCHours = () => hour
    window.tones = 0
    const { start } = OscillatorNode.prototype
    OscillatorNode.prototype.start = function startCounted(...when) {
        window.tones += 1
        start.apply(this, when)
    }
}

/** Runs a story; on failure every page is photographed. */
export async function story(name, tell) {
    const town = await Town.open()
    try {
        await tell(town)
    } catch (error) {
        console.error(`${name}: ${error.stack}`)
        await town.photograph(name)
        console.error(town.problems.join("\n"))
        process.exitCode = 1
    }
    try {
        await town.close()
    } catch (error) {
        console.error(`${name}: ${error.message}`)
        process.exitCode = 1
    }
    console.log(`${name}: ${process.exitCode ? "failed" : "done"}`)
}

const photograph = (page, name) => page.screenshot({ path: join(shots, `${name}.png`) })

/** A picture for people, where somebody keeps them. */
export async function shot(page, name) {
    if (process.env.HALL_LOOK === "1") await photograph(page, name)
}

export function assert(condition, what) {
    if (!condition) throw new Error(what)
}

/**
 * A figure beside its limit. Another busy process may make any of them miss: the story only
 * fails for it where somebody measures on purpose (HALL_STRICT=1).
 */
export function measured(what, value, limit, unit) {
    const isMet = value <= limit
    const figure = `${what}: ${value.toFixed(1)} ${unit}, at most ${limit}`
    console.log(`${figure}: ${isMet ? "met" : "MISSED"}`)
    if (process.env.HALL_STRICT === "1") assert(isMet, figure)
}

/** Waits until `look` answers true; says what it waited for when it does not. */
export async function until(what, look, timeoutMs = 10_000) {
    const end = Date.now() + timeoutMs
    for (;;) {
        if (await look()) return
        if (Date.now() > end) throw new Error(`not in time: ${what}`)
        await new Promise((resolve) => setTimeout(resolve, 50))
    }
}

/* Coming in. */

export async function loginResident(page, phone, { invite, name } = {}) {
    await page.goto(invite === undefined ? `${url}/login` : `${url}/j/${invite}`)
    await page.locator('[name="phone"]').fill(phone)
    await page.locator('[data-test="send-code"]').click()
    await page.locator('[data-test="demo-code"]').waitFor()
    await page.locator(".demo .button").click()
    if (name !== undefined) await page.locator('[name="name"]').fill(name)
    await page.locator('[data-test="enter"]').click()
    await page.locator('[data-test="enter-hall"]').first().waitFor()
}

/** What `hallctl demo` printed about a member of staff. */
export function staff(username) {
    const line = process.env.HALL_DEMO_TEXT.split("\n").find((text) =>
        text.trim().startsWith(`${username} `),
    )
    const [, password, secret] = line.trim().split(/\s+/)
    return { username, password, secret }
}

export async function loginStaff(page, username) {
    const { password, secret } = staff(username)
    const totp = execFileSync(process.env.HALLCTL, ["totp", secret], { encoding: "utf8" }).trim()
    await page.goto(`${url}/login/staff`)
    await page.locator('[name="username"]').fill(username)
    await page.locator('[name="password"]').fill(password)
    await page.locator('[name="totp"]').fill(totp)
    await page.locator('[data-test="enter"]').click()
    await page.locator('[data-test="enter-hall"]').first().waitFor()
}

/** From wherever she is into her (first) hall, which is live. */
export async function enterHall(page) {
    await page.goto(`${url}/`)
    await page.locator('[data-test="enter-hall"]').first().click()
    await page.locator("textarea.text").waitFor()
    return page
}

export async function say(page, text) {
    await page.locator("textarea.text").fill(text)
    await page.locator(".send").click()
}

export function message(page, text) {
    return page.locator('[data-test="message"]', { hasText: text })
}

/**
 * To the newest message, wherever the hall was opened. The button comes a frame after the
 * list knows that it is not at its end, so one look at it is not enough.
 */
export async function toEnd(page) {
    await page.locator('[data-test="message"]').first().waitFor()
    const list = page.locator(".virtual").first()
    const button = page.locator('[data-test="to-end"]').first()
    let calm = 0
    await until("the newest message is in sight", async () => {
        /* It goes by itself when the end comes into sight meanwhile. */
        if (await button.isVisible()) await button.click({ timeout: 500 }).catch(() => undefined)
        const left = await list.evaluate((e) => e.scrollHeight - e.scrollTop - e.clientHeight)
        calm = left < 24 ? calm + 1 : 0
        return calm > 2
    })
}

export function hears(page, text) {
    return message(page, text).first().waitFor()
}

/** Signs and sends the demo's alert, with what is changed in it. */
export function inject(file) {
    return execFileSync(
        process.env.HALLCTL,
        ["inject", file, "--url", url, "--source", "antifraud", "--secret-file",
            join(process.env.HALL_KEYS, "antifraud.key")],
        { encoding: "utf8" },
    )
}
