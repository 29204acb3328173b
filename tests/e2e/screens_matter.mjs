/* The part of the table of screens that is about reports, matters and searches. */

const wait = (selector) => (page) => page.locator(selector).first().waitFor()

/** On to the page of a form with this number, filling in what is needed. */
export function stepTo(count, fill = {}) {
    return async (page) => {
        for (let step = 0; step < count; step++) {
            for (const [name, value] of Object.entries(fill[step] ?? {}))
                if (value === true) {
                    /* As a person does it: on the words. */
                    const input = `[data-test="${name}"]`
                    await page.locator(`label:has(${input})`).click()
                    await page.locator(`${input}:checked`).waitFor({ state: "attached" })
                } else await page.locator(`[name="${name}"]`).fill(value)
            await page.locator('[data-test="step-next"]').click()
        }
    }
}

const FAILED = '.note [role="alert"]'
export const REPORT = { 1: { description: "油烟全进卧室。" } }
export const PERSON = {
    0: { "person-name": "周奶奶", "sex-1": true, "age-8": true },
    1: { looks: "短白发，走路慢" },
    2: { "last-place": "柳湖公园东门" },
    3: { "relation-2": true },
}

export const MATTER_SCREENS = {
    report: { who: "officer", path: "/report", open: wait('[data-test="photo"]') },
    "report-what": {
        who: "officer", path: "/report",
        open: async (page) => {
            await stepTo(1)(page)
            await page.locator('[name="description"]').fill("")
            await page.locator('[data-test="step-next"]').click()
            await page.locator(".wrong").waitFor()
        },
    },
    "report-where": {
        who: "officer", path: "/report",
        open: async (page) => {
            await stepTo(2, REPORT)(page)
            await page.locator('[name="building"]').selectOption({ label: "3栋" })
        },
    },
    "report-who": {
        who: "officer", path: "/report",
        open: async (page) => {
            await stepTo(3, REPORT)(page)
            await page.locator('[data-test="sign-9"]').check({ force: true })
        },
    },
    "report-check": { who: "officer", path: "/report", open: stepTo(4, REPORT) },
    matters: { who: "resident", path: "/matters", open: wait('[data-test="my-matter"]') },
    "matters-empty": { who: "officer", path: "/matters", open: wait(".note strong") },
    matter: { who: "resident", path: "matter", open: wait('[data-test="matter-line"]') },
    "matter-add": {
        who: "resident", path: "matter",
        open: async (page) => {
            await page.locator('[data-test="matter-add"]').click()
            await page.locator('[data-test="matter-add-do"]').waitFor()
        },
    },
    "matter-staff": {
        who: "officer", path: "matter",
        open: async (page) => {
            await page.locator('[data-test="matter-line"]').first().waitFor()
            if (await page.locator('[data-test="matter-add"]').count() > 0)
                throw new Error("an officer is asked to add to a report as if it were hers")
        },
    },
    "work-list": { who: "officer", path: "/work", open: wait('[data-test="work-item"]') },
    access: { who: "resident", path: "/me/access", open: wait('[data-test="access"]') },
    "access-matter": {
        who: "resident", path: "access",
        open: wait('[data-test="access"], [data-test="access-none"]'),
    },
    "access-none": { who: "officer", path: "/me/access", open: wait('[data-test="access-none"]') },
    "matter-unknown": { who: "resident", path: "/matter/999999", open: wait(FAILED) },
    "person-report": {
        who: "officer", path: "/person/report", open: wait('[name="person-name"]'),
    },
    "person-report-looks": { who: "officer", path: "/person/report", open: stepTo(1, PERSON) },
    "person-report-where": { who: "officer", path: "/person/report", open: stepTo(2, PERSON) },
    "person-report-you": { who: "officer", path: "/person/report", open: stepTo(3, PERSON) },
    "person-report-public": { who: "officer", path: "/person/report", open: stepTo(4, PERSON) },
    person: { who: "resident", path: "person", open: wait('[data-test="search-photo"]') },
    "person-object": {
        who: "resident", path: "person",
        open: async (page) => {
            await page.locator('[data-test="object"]').click()
            await page.locator('[data-test="object-do"]').waitFor()
        },
    },
    "person-seen": { who: "resident", path: "seen", open: wait('[data-test="seen-do"]') },
    "person-unknown": { who: "resident", path: "/person/999999", open: wait(FAILED) },
}
