/*
 * The part of the table of screens in which the answer is late, does not come, or the network is
 * away: each says in words what it waits for, what is the matter, and what can be done.
 */
import { REPORT, stepTo } from "./screens_matter.mjs"

/** What the pages below ask for. */
export const ASKED = [
    "account_devices", "account_access_log", "account_export", "dispute_mine", "dispute_read",
    "person_list", "person_read", "place_list", "message_search",
]

const wait = (selector) => (page) => page.locator(selector).first().waitFor()
const WAITS = '[role="status"]:visible:has-text("…")'
const FAILED = '.scroll [role="alert"]:visible'

const search = (then) => async (page) => {
    await page.locator('[data-test="search"]').click()
    await page.locator('[data-test="search-field"]').fill("今晚")
    await page.locator(then).first().waitFor()
}
const save = (then) => async (page) => {
    await page.locator('[data-test="data-save"]').click()
    await page.locator(then).first().waitFor()
}

/** Words are enough here: one text size, and the narrowest. */
function both(name, path, slow, failed) {
    return {
        [`${name}-slow`]: { who: "slow", path, open: slow, isBrief: true },
        [`${name}-failed`]: { who: "failing", path, open: failed, isBrief: true },
    }
}

/** A place that can only be offered is not there; the words beside it are. */
async function withoutBuildings(page) {
    await stepTo(2, REPORT)(page)
    await page.locator('[name="place-note"]').waitFor()
    if (await page.locator('[name="building"]').count() > 0) throw new Error("buildings from where")
}

export const WAITING_SCREENS = {
    ...both("me", "/me", wait(WAITS), wait('[role="alert"]:visible')),
    ...both("access", "/me/access", wait(WAITS), wait(FAILED)),
    ...both("data", "/me/data", save('[role="status"]:visible'), save(FAILED)),
    ...both("matters", "/matters", wait(WAITS), wait(FAILED)),
    ...both("matter", "matter", wait(WAITS), wait(FAILED)),
    ...both("person", "/person/999999", wait(WAITS), wait(FAILED)),
    ...both("report-where", "/report", withoutBuildings, withoutBuildings),
    ...both("hall-search", "hall", search('form[role="search"] + [role="status"]:visible'),
        search('.note [role="alert"]:visible')),
    ...Object.fromEntries(
        [["home", "/"], ["hall", "hall"], ["matters", "/matters"], ["me", "/me"]].map(
            ([name, path]) => [`${name}-offline`, {
                who: "offline", path, isBrief: true,
                async open(page) {
                    await page.locator("main h1").first().waitFor()
                    await page.context().setOffline(true)
                    await page.locator('[data-test="link-bar"]').waitFor()
                },
                close: (page) => page.context().setOffline(false),
            }],
        ),
    ),
}
