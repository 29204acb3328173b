/* What residents report, through the pages they use for it. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { url } from "./browser.mjs"
import { picture } from "./picture.mjs"

const step = (page) => page.locator('[data-test="step-next"]').click()
const choose = (page, name) => page.locator(`[data-test="${name}"]`).check({ force: true })

export async function attach(page, name) {
    const file = join(process.env.HALL_SHOTS, `${name}.png`)
    writeFileSync(file, picture(600, 800))
    await page.locator('input[type="file"]').setInputFiles(file)
    await page.locator(".photos img").last().waitFor()
}

/** R9 from the first page to the last; `look(page, name)` is called on each. */
export async function reportDispute(
    page, { words, photo = true, building, look = async () => {} },
) {
    if (!new URL(page.url()).pathname.startsWith("/report")) await page.goto(`${url}/report`)
    if (photo) await attach(page, "report")
    await look(page, "photo")
    await step(page)
    await choose(page, "subclass-2")
    if (words !== undefined) await page.locator('[name="description"]').fill(words)
    await look(page, "what")
    await step(page)
    if (building !== undefined)
        await page.locator('[name="building"]').selectOption({ label: building })
    await page.locator('[name="place-note"]').fill("3栋楼下早餐店")
    await look(page, "where")
    await step(page)
    await page.locator('[name="concerned"]').fill("早餐店老板")
    await look(page, "who")
    await step(page)
    await look(page, "check")
    await step(page)
}

/** R8 likewise. */
export async function reportPerson(page, { name, clothes, look = async () => {} }) {
    await page.goto(`${url}/person/report`)
    await step(page)
    await page.locator(".wrong").first().waitFor()
    await page.locator('[name="person-name"]').fill(name)
    await choose(page, "sex-1")
    await choose(page, "age-8")
    await look(page, "who")
    await step(page)
    await attach(page, "granny")
    await page.locator('[name="looks"]').fill("一米五五，短白发，走路慢")
    await page.locator('[name="clothes"]').fill(clothes)
    await look(page, "looks")
    await step(page)
    await page.locator('[name="last-place"]').fill("柳湖公园东门")
    await look(page, "where")
    await step(page)
    await choose(page, "relation-2")
    await choose(page, "risk-2")
    await look(page, "you")
    await step(page)
    await step(page)
    await page.locator(".wrong").waitFor()
    await page.locator('[data-test="agree"]').check()
    await look(page, "public")
    await step(page)
    await page.locator('[data-test="my-person"]', { hasText: name }).waitFor()
}
