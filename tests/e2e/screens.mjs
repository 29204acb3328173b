/*
 * Every screen there is, in every form: standard, 长辈版, dark, English, 320 px with the
 * largest text, 320 px at 200 % (E3). axe finds nothing, nothing is clipped or scrolls
 * sideways, 长辈版 keeps its sizes. A screen that is not in this table is not looked at: add it.
 */
import {
    assert, enterHall, hears, inject, loginResident, loginStaff, message, PHONE, say, shot,
    story, toEnd, until, url,
} from "./browser.mjs"
import { officer } from "./officer.mjs"
import { reportDispute, reportPerson } from "./reports.mjs"
import { MATTER_SCREENS } from "./screens_matter.mjs"
import { ASKED, WAITING_SCREENS } from "./screens_waiting.mjs"
import { leaveUnanswered } from "./unanswered.mjs"
import { walk } from "./walk.mjs"

const SHOWN = { isOffered: true, theme: "light", language: "zh-Hans", viewport: PHONE }
const SMALL = { ...SHOWN, viewport: { width: 320, height: 640 } }
const GROUPS = [
    {
        plain: SHOWN,
        dark: { ...SHOWN, theme: "dark", hasOnlyColours: true },
        elder: { ...SHOWN, isElder: true },
        narrow: { ...SMALL, isElder: true, elderPx: 32 },
        zoomed: { ...SMALL, textZoom: 2 },
    },
    { english: { ...SHOWN, language: "en" } },
]
const BRIEF = [{ plain: GROUPS[0].plain, narrow: GROUPS[0].narrow }]

async function toNewest(page) {
    await toEnd(page)
    await hears(page, "今晚")
}

/** Speaks for a second, as far as where it is heard and sent. */
async function record(page) {
    await page.locator('[data-test="voice"]').tap()
    await until("she has spoken", async () =>
        !/60/.test(await page.locator('[role="timer"]').textContent()))
    await page.locator('[data-test="voice-stop"]').click()
    await page.locator('[data-test="voice-send"]').waitFor()
}

async function speak(page) {
    await record(page)
    await page.locator('[data-test="voice-send"]').click()
    await page.locator('[data-test="message"] [data-test="voice-play"]').waitFor()
}

const SCREENS = {
    ...MATTER_SCREENS, ...WAITING_SCREENS,
    login: { who: "nobody", path: "/login", open: (p) => p.locator('[name="phone"]').waitFor() },
    "login-wrong": {
        who: "nobody", path: "/j/LIUYIN-2468",
        open: async (p) => {
            await p.locator('[name="phone"]').fill("123")
            await p.locator('[data-test="send-code"]').click()
            await p.locator(".wrong").first().waitFor()
        },
    },
    "login-staff": {
        who: "nobody", path: "/login/staff", open: (p) => p.locator('[name="totp"]').waitFor(),
    },
    home: {
        who: "resident", path: "/", open: (p) => p.locator('[data-test="enter-hall"]').waitFor(),
    },
    "home-notice": {
        who: "resident", path: "/",
        open: async (p) => {
            await p.locator(".line .head").click()
            await p.locator('[data-test="notice"]').last().waitFor()
        },
    },
    hall: { who: "resident", path: "hall", open: toNewest },
    "hall-menu": {
        who: "resident", path: "hall",
        open: async (p) => {
            await toNewest(p)
            await message(p, "今晚").last().locator('[data-test="more"]').click()
            await p.locator('[data-test="do-quote"]').waitFor()
        },
    },
    "hall-search": {
        who: "resident", path: "hall",
        open: async (p) => {
            await toNewest(p)
            await p.locator('[data-test="search"]').click()
            await p.locator('[data-test="search-field"]').fill("今晚")
            await p.locator('[data-test="hit"]').first().waitFor()
        },
    },
    "hall-voice": {
        who: "resident", path: "hall",
        open: async (p) => {
            await toNewest(p)
            await p.locator('[data-test="voice"]').tap()
            await p.locator('[data-state="recording"]').waitFor()
        },
    },
    "hall-voice-kept": {
        who: "resident", path: "hall",
        open: async (p) => {
            await toNewest(p)
            await record(p)
        },
    },
    "hall-voice-refused": {
        who: "officer", path: "hall",
        open: async (p) => {
            await toNewest(p)
            await p.locator('[data-test="voice"]').tap()
            await p.locator('[data-state="failed"]').waitFor()
        },
    },
    me: { who: "resident", path: "/me", open: (p) => p.locator(".devices li").first().waitFor() },
    "me-leave": {
        who: "resident", path: "/me",
        open: async (p) => {
            await p.locator('[data-test="logout"]').click()
            await p.locator('[data-test="logout-do"]').waitFor()
        },
    },
    data: {
        who: "resident", path: "/me/data", open: (p) => p.locator('[data-test="kept"]').waitFor(),
    },
    target: { who: "target", path: "/", open: (p) => p.locator('[data-test="target"]').waitFor() },
    work: {
        who: "officer", path: "/work",
        open: (p) => p.locator('[data-test="order"]').first().waitFor(),
    },
    "work-reach": {
        who: "officer", path: "/work",
        open: async (p) => {
            await p.locator('[data-test="order"] .actions .button',
                { hasText: /到达情况|Reach/ }).first().click()
            await p.locator("table").waitFor()
        },
    },
    "hall-hide": {
        who: "officer", path: "hall",
        open: async (p) => {
            await toNewest(p)
            await message(p, "今晚").last().locator('[data-test="more"]').click()
            await p.locator('[data-test="do-hide"]').click()
            await p.locator('[data-test="hide-do"]').waitFor()
        },
    },
    "hall-mute": {
        who: "officer", path: "hall",
        open: async (p) => {
            await toNewest(p)
            await message(p, "今晚").last().locator('[data-test="more"]').click()
            await p.locator('[data-test="do-mute"]').click()
            await p.locator('[data-test="mute-do"]').waitFor()
        },
    },
}

await story("screens", async (town) => {
    const people = {
        nobody: await town.device(), target: await town.device(), officer: await town.device(),
        resident: await town.device({ permissions: ["microphone"] }), slow: await town.device(),
        failing: await town.device(), offline: await town.device(),
    }
    await people.nobody.goto(`${url}/login`)
    await loginResident(people.resident, "13800000002")
    await loginResident(people.target, "13800000001")
    await loginStaff(people.officer, "zhao")
    for (const [who, phone] of [
        ["slow", "13800000007"], ["failing", "13800000008"], ["offline", "13800000004"],
    ])
        await loginResident(people[who], phone)
    await enterHall(people.resident)
    await say(people.resident, "今晚七点到九点停水，大家先接点水。")
    await hears(people.resident, "今晚")
    const hall = new URL(people.resident.url()).pathname
    inject(process.env.HALL_ALERT)
    await people.target.locator('[data-test="target"]').waitFor()
    await people.resident.locator('[data-test="top-notice"]').waitFor()
    await shot(people.resident, "hall-top-notice")
    /* Read once: it becomes a line and the pages have their room again. */
    for (const who of ["resident", "officer", "slow", "failing", "offline"]) {
        await people[who].locator('[data-test="top-notice"] [data-test="notice-known"]').click()
        await people[who].locator('[data-test="top-notice"]').waitFor({ state: "detached" })
    }
    /* One report of each kind, and a search that the halls see. */
    await reportDispute(people.resident, { words: "楼下早餐店四点就开始炸油条，油烟全进卧室。" })
    await people.resident.locator('[data-test="my-matter"]').waitFor()
    await reportPerson(people.resident, { name: "周奶奶", clothes: "枣红色棉袄，白球鞋" })
    const qian = await officer("qian")
    const { persons } = await qian.ask("person_list")
    const { person_id, state_version } = persons[0]
    await qian.ask("person_activate", {
        person_id, expected_version: state_version, reporter_checked: true, consent: "guardian",
        risk_class: "normal",
    })
    /* The newest message is one that can be acted upon. */
    await enterHall(people.resident)
    await speak(people.resident)
    await say(people.resident, "今晚的水已经来了。")
    await toNewest(people.resident)
    await people.resident.goto(`${url}/matters`)
    const hrefOf = (name) => people.resident.locator(`[data-test="${name}"]`).getAttribute("href")
    const places = {
        hall, matter: await hrefOf("my-matter"), person: await hrefOf("my-person"),
    }
    places.seen = `${places.person}/seen`
    places.access = `/me/access?matter=${places.matter.split("/").pop()}`
    await leaveUnanswered(people.slow, ASKED)
    await leaveUnanswered(people.failing, ASKED, "internal")
    const problems = await walk(people, SCREENS, {
        groups: GROUPS, brief: BRIEF, key: "hall.display",
        addressOf: (screen) => `${url}${places[screen.path] ?? screen.path}`,
    })
    qian.leave()
    assert(problems.length === 0, problems.join("\n\n"))
})
