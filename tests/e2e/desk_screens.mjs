/*
 * Every screen of the desk in every form: light, dark, English in the largest text. axe
 * finds nothing and nothing is clipped at 1280 px. A screen that is not in this table is
 * not looked at: add it.
 */
import {
    assert, enterHall, loginResident, message, say, story, toEnd, url,
} from "./browser.mjs"
import {
    DESK, deskOf, goOnDuty, injectAlert, reportFumes, reportMissing,
} from "./desk_people.mjs"
import { walk } from "./walk.mjs"

const SHOWN = { theme: "light", language: "zh-Hans", textPx: 14, viewport: DESK }
const GROUPS = [
    { light: SHOWN, dark: { ...SHOWN, theme: "dark", hasOnlyColours: true } },
    { english: { ...SHOWN, language: "en", textPx: 18 } },
]
const test = (name) => `[data-test="${name}"]`

/** An object of the queue, opened from it. */
async function openFirst(page, what) {
    await page.locator(test("queue-row")).first().waitFor()
    await page.keyboard.press("j")
    await page.locator(test(what)).waitFor()
}

async function inHall(page) {
    await page.locator(test("hall-row")).first().click()
    await toEnd(page)
    await message(page, "今晚").first().waitFor()
}

/** Somebody of one's own places, looked up by name. */
async function lookUp(page, name) {
    await page.locator(`${test("people-look")}:enabled`).waitFor()
    await page.locator(test("people-name")).fill(name)
    await page.keyboard.press("Enter")
}

async function openFile(page) {
    await lookUp(page, "王桂兰")
    await page.locator(test("people-row")).click()
    await page.locator(test("people-why-often")).first().click()
    await page.locator(test("people-open")).click()
    await page.locator(test("people-recorded")).waitFor()
}

const SCREENS = {
    login: { who: "nobody", path: "/login", open: (p) => p.locator('[name="totp"]').waitFor() },
    "login-wrong": {
        who: "nobody", path: "/login",
        open: async (p) => {
            await p.locator(test("enter")).click()
            await p.locator(".wrong").first().waitFor()
        },
    },
    duty: { who: "qian", path: "/duty", open: (p) => p.locator(test("sound-test")).waitFor() },
    queue: {
        who: "qian", path: "/queue", open: (p) => p.locator(test("queue-row")).nth(2).waitFor(),
    },
    "queue-nothing": {
        who: "zhao", path: "/queue",
        open: async (p) => {
            await p.locator(test("queue-row")).first().waitFor()
            await p.locator(test("queue-text")).fill("zzz")
            await p.locator(`${test("queue")} .note`).waitFor()
        },
    },
    search: { who: "qian", path: "/searches", open: (p) => openFirst(p, "person") },
    "search-activate": {
        who: "zhao", path: "/searches",
        open: async (p) => {
            await openFirst(p, "person")
            await p.locator(test("move-activate")).click()
            await p.locator(test("move-do")).click()
            await p.locator(".move .wrong").first().waitFor()
        },
    },
    "search-not-there": {
        who: "qian", path: "/searches/p999999",
        open: (p) => p.locator('.note > [role="alert"]').waitFor(),
    },
    dispute: { who: "zhao", path: "/disputes", open: (p) => openFirst(p, "dispute-state") },
    "dispute-accept": {
        who: "qian", path: "/disputes",
        open: async (p) => {
            await openFirst(p, "dispute-state")
            await p.locator(test("move-accept")).click()
            await p.locator(test("move-do")).waitFor()
        },
    },
    "dispute-merge": {
        who: "qian", path: "/disputes",
        open: async (p) => {
            await openFirst(p, "dispute-state")
            await p.locator(test("move-merge")).click()
            await p.locator(".choice").first().waitFor()
            await p.locator(test("move-do")).click()
            await p.locator(".move .wrong").first().waitFor()
        },
    },
    alerts: {
        who: "zhao", path: "/alerts",
        open: (p) => p.locator(test("alert-row")).nth(1).waitFor(),
    },
    alert: {
        who: "zhao", path: "/alerts",
        open: async (p) => {
            await p.locator(test("alert-row")).first().click()
            await p.locator("table").waitFor()
        },
    },
    "alert-cancel": {
        who: "qian", path: "/alerts",
        open: async (p) => {
            await p.locator(test("alert-row")).first().click()
            await p.locator(test("alert-cancel")).click()
            await p.locator('[role="dialog"] textarea').waitFor()
        },
    },
    halls: {
        who: "qian", path: "/halls",
        open: (p) => p.locator(test("hall-row")).first().waitFor(),
    },
    hall: { who: "zhao", path: "/halls", open: inHall },
    "two-halls": {
        who: "zhao", path: "/halls",
        open: async (p) => {
            await inHall(p)
            await p.locator(".beside").first().click()
            await p.locator(test("pane")).nth(1).locator("textarea").waitFor()
        },
    },
    "hall-hide": {
        who: "zhao", path: "/halls",
        open: async (p) => {
            await inHall(p)
            await message(p, "今晚").first().locator(test("more")).click()
            await p.locator(test("do-hide")).click()
            await p.locator(test("hide-do")).waitFor()
        },
    },
    "hall-search": {
        who: "qian", path: "/halls",
        open: async (p) => {
            await inHall(p)
            await p.locator(test("search")).first().click()
            await p.locator(test("search-field")).fill("今晚")
            await p.locator(test("hit")).first().waitFor()
        },
    },
    keys: {
        who: "zhao", path: "/queue",
        open: async (p) => {
            await p.locator(test("queue-row")).first().waitFor()
            await p.keyboard.press("Shift+Slash")
            await p.locator(test("keys")).waitFor()
        },
    },
    find: {
        who: "qian", path: "/queue",
        open: async (p) => {
            await p.locator(test("queue-row")).first().waitFor()
            await p.keyboard.press("Control+k")
            await p.locator(test("find")).waitFor()
        },
    },
    "people-nobody": {
        who: "zhao", path: "/people",
        open: async (p) => {
            await lookUp(p, "周小梅")
            await p.locator(test("people-none")).waitFor()
        },
    },
    "people-why": {
        who: "zhao", path: "/people",
        open: async (p) => {
            await lookUp(p, "王桂兰")
            await p.locator(test("people-row")).click()
            await p.locator(test("people-open")).click()
            await p.locator(".form-wrong").waitFor()
        },
    },
    "people-file": { who: "zhao", path: "/people", open: openFile },
    "people-verify": {
        who: "qian", path: "/people",
        open: async (p) => {
            await openFile(p)
            await p.locator(test("move-verify")).click()
            await p.locator(".choice").first().waitFor()
        },
    },
    audit: {
        who: "jiang", path: "/audit",
        open: async (p) => {
            await p.locator(test("audit-row")).first().waitFor()
            await p.locator(test("chain-check")).click()
            await p.locator(`${test("chain")}.whole`).waitFor()
        },
    },
    "audit-nothing": {
        who: "jiang", path: "/audit",
        open: async (p) => {
            await p.locator(test("audit-row")).first().waitFor()
            await p.locator(test("audit-who")).fill("zzz")
            await p.keyboard.press("Enter")
            await p.locator(test("audit-row")).first().waitFor({ state: "detached" })
            await p.locator(test("audit-none")).waitFor()
        },
    },
    "audit-offline": {
        who: "jiang", path: "/audit",
        open: async (p) => {
            await p.locator(test("audit-row")).first().waitFor()
            await p.context().setOffline(true)
            await p.locator(`${test("link")}.bad`).waitFor({ timeout: 60_000 })
            await p.locator(test("audit-look")).click()
            await p.locator('.note [role="alert"]').waitFor({ timeout: 60_000 })
        },
        close: (p) => p.context().setOffline(false),
    },
    settings: { who: "zhao", path: "/settings", open: (p) => p.locator(test("logout")).waitFor() },
    offline: {
        who: "qian", path: "/queue",
        open: async (p) => {
            await p.locator(test("queue-row")).first().waitFor()
            await p.context().setOffline(true)
            await p.locator(`${test("link")}.bad`).waitFor({ timeout: 60_000 })
        },
        close: (p) => p.context().setOffline(false),
    },
    locked: {
        who: "zhao", path: "/queue",
        open: async (p) => {
            await p.locator(test("lock")).click()
            await p.locator(test("locked")).waitFor()
        },
        close: (p) => p.evaluate(() => localStorage.removeItem("hall.desk.locked")),
    },
}

await story("desk screens", async (town) => {
    const li = await town.device()
    await loginResident(li, "13800000008")
    await enterHall(li)
    await say(li, "今晚七点到九点停水，大家先接点水。")
    const people = {
        nobody: await deskOf(town), qian: await deskOf(town), zhao: await deskOf(town),
        jiang: await deskOf(town),
    }
    await people.nobody.goto(`${url}/desk/login`)
    await Promise.all(["qian", "zhao", "jiang"].map((who) => goOnDuty(people[who], who)))
    injectAlert({ level: "critical" })
    injectAlert({ level: "high", scam_type: "refund" })
    reportMissing()
    reportFumes("13800000007")
    reportFumes("13800000004")
    const how = {
        groups: GROUPS, key: "hall.desk.display", prefix: "desk-",
        addressOf: (screen) => `${url}/desk${screen.path}`,
    }
    const problems = await walk(people, SCREENS, how)
    assert(problems.length === 0, problems.join("\n\n"))
})
