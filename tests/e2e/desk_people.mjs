/* People at desks: coming on duty by keyboard, and what a desk makes heard. */
import { execFileSync } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { inject, staff, url } from "./browser.mjs"

export const DESK = { width: 1280, height: 800 }

/** Counts tones, and notes when frames came in and when a red row was painted. */
const PROBE = () => {
    const probe = { tones: 0, frameAt: 0, rowAt: 0, toneAt: 0 }
    window.probe = probe
    const make = AudioContext.prototype.createOscillator
    AudioContext.prototype.createOscillator = function (...args) {
        probe.tones += 1
        probe.toneAt ||= performance.now()
        return make.apply(this, args)
    }
    window.WebSocket = class extends WebSocket {
        constructor(...args) {
            super(...args)
            this.addEventListener("message", () => { probe.lastAt = performance.now() })
        }
    }
    const look = () => {
        if (probe.rowAt || document.querySelector('[data-test="lane-row"]') === null) return
        probe.frameAt = probe.lastAt
        requestAnimationFrame(() => setTimeout(() => { probe.rowAt = performance.now() }))
    }
    document.addEventListener("DOMContentLoaded", () =>
        new MutationObserver(look).observe(document.body, { childList: true, subtree: true }))
}

export async function deskOf(town, options = {}) {
    const page = await town.device({ viewport: DESK, permissions: ["notifications"], ...options })
    await page.addInitScript(PROBE)
    return page
}

/** One-time code of a member of staff; never the same twice. */
const lastCode = new Map()
export async function codeOf(username) {
    const { secret } = staff(username)
    for (;;) {
        const made = execFileSync(process.env.HALLCTL, ["totp", secret], { encoding: "utf8" })
        const code = made.trim()
        if (lastCode.get(username) !== code) {
            lastCode.set(username, code)
            return code
        }
        await new Promise((resolve) => setTimeout(resolve, 500))
    }
}

export async function fillLogin(page, username) {
    await page.locator('[name="username"]').fill(username)
    await page.locator('[name="password"]').fill(staff(username).password)
    await page.locator('[name="totp"]').fill(await codeOf(username))
    await page.keyboard.press("Enter")
}

/** Logs in and goes on duty: the sound test and the start are two presses of Enter. */
export async function goOnDuty(page, username) {
    await page.goto(`${url}/desk/`)
    await page.locator('[name="username"]').waitFor()
    await fillLogin(page, username)
    await page.locator('[data-test="sound-test"]').waitFor()
    await page.locator('[data-test="sound-test"]:focus').waitFor()
    await page.keyboard.press("Enter")
    await page.locator('[data-test="begin"]:focus').waitFor()
    await page.keyboard.press("Enter")
    await page.locator('[data-test="armed"]').waitFor()
}

export const tones = (page) => page.evaluate(() => window.probe.tones)

/** The example alert with other words in it. */
export function injectAlert(change) {
    const example = fileURLToPath(new URL("../../sql/seed/alert.json", import.meta.url))
    const alert = { ...JSON.parse(readFileSync(example, "utf8")), ...change }
    const file = join(process.env.HALL_SHOTS, "alert.json")
    writeFileSync(file, JSON.stringify(alert))
    return inject(file)
}

/** One request of a resident who has no browser in this story; the answer. */
export function asResident(phone, name, body) {
    const script = fileURLToPath(new URL("resident.py", import.meta.url))
    const argv = ["-B", script, url, phone, name, JSON.stringify(body)]
    return JSON.parse(execFileSync("/usr/bin/python3", argv, { encoding: "utf8" }))
}

/** The breakfast shop below; `answer.dispute_id`. */
export function reportFumes(phone = "13800000002") {
    return asResident(phone, "dispute_submit", {
        client_key: "$key", description: "楼下早餐店天不亮就开排风机，油烟进我家窗户。",
        subclass: "neighbour_fumes", concerned: "早餐店陈老板", people_count: 2,
    })
}

/** A child is missing at the lake; `answer.person_id`. */
export function reportMissing(phone = "13800000002") {
    return asResident(phone, "person_report", {
        community_id: "$community", client_key: "$key", name: "李小宝", age_band: "from_3",
        sex: "male", looks: "圆脸，短发，一米左右", clothes: "红色外套，蓝裤子", last_seen_at: "$now",
        last_seen_place: "柳湖公园东门", relation: "grandparent", risks: ["child"],
        media_ids: ["$photo"], consent_version: "2026-1",
    })
}
