/* P6: Lighthouse on a phone (login, home, hall) and on a desk (login): performance and access. */
import { mkdtempSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { ARGS, assert, loginResident, measured, url } from "./browser.mjs"

const need = createRequire(join(process.env.HALL_WEB, "package.json"))
const { chromium } = need("playwright-core")
const { default: lighthouse, desktopConfig } =
    await import(pathToFileURL(need.resolve("lighthouse")).href)
const PORT = Number(process.env.HALL_DEBUG_PORT)
const LIMITS = { performance: 95, accessibility: 100 }

const context = await chromium.launchPersistentContext(mkdtempSync(join(tmpdir(), "hall-")), {
    executablePath: process.env.HALL_CHROMIUM ?? "/usr/bin/chromium", locale: "zh-CN",
    args: [...ARGS, `--remote-debugging-port=${PORT}`],
})

async function look(name, address, config) {
    const { lhr } = await lighthouse(address, {
        port: PORT, onlyCategories: Object.keys(LIMITS), disableStorageReset: true,
        logLevel: "error",
    }, config)
    assert(lhr.runtimeError === undefined, `${name}: ${lhr.runtimeError?.message}`)
    assert(new URL(lhr.finalDisplayedUrl).pathname === new URL(address).pathname,
        `${name} led to ${lhr.finalDisplayedUrl}`)
    for (const [category, least] of Object.entries(LIMITS)) {
        const score = Math.round(lhr.categories[category].score * 100)
        measured(`P6 ${name}, ${category}, away from ${least}`, Math.max(0, least - score), 0, "")
        const wrong = lhr.categories[category].auditRefs
            .filter(({ id, weight }) => weight > 0 && lhr.audits[id].score < 1)
            .map(({ id }) => `${id} ${lhr.audits[id].displayValue ?? ""}`)
        console.log(`    ${score}${wrong.length > 0 ? `: ${wrong.join(", ")}` : ""}`)
        if (category === "accessibility") assert(score === least, `${name}: ${wrong}`)
    }
}

const page = await context.newPage()
await look("phone login", `${url}/login`)
await look("desk login", `${url}/desk/login`, desktopConfig)
await loginResident(page, "13800000002")
const hall = await page.locator('[data-test="enter-hall"]').first().getAttribute("href")
await page.close()
await look("phone home", `${url}/`)
await look("phone hall", `${url}${hall}`)
await context.close()
