/*
 * Somebody is missing: her daughter reports it on the phone, an officer activates it,
 * a neighbour sees the card and tells the team where. Found: picture and words are gone
 * from pages, memory and device (P15), also from a phone that was away.
 */
import {
    assert, enterHall, loginResident, shot, story, toEnd, until, url,
} from "./browser.mjs"
import { officer } from "./officer.mjs"
import { reportPerson } from "./reports.mjs"

const TAKEN_DOWN_MS = 5000
const NAME = "周奶奶寻"
const COAT = "枣红色棉袄白球鞋"

/** Whether anything of the search is on the page or on the device. */
async function traces(page) {
    return page.evaluate(async ([name, coat]) => {
        const found = []
        const text = document.documentElement.innerHTML
        if (text.includes(name) || text.includes(coat)) found.push("page")
        if (document.querySelector('[data-test="search-photo"]')) found.push("picture")
        for (const key of await caches.keys()) found.push(`cache ${key}`)
        for (const { name: base } of await indexedDB.databases())
            await new Promise((resolve) => {
                indexedDB.open(base).onsuccess = ({ target: { result: db } }) => {
                    const tables = [...db.objectStoreNames]
                    const all = db.transaction(tables)
                    for (const table of tables)
                        all.objectStore(table).getAll().onsuccess = ({ target: { result } }) => {
                            const bytes = (value) => value instanceof Uint8Array
                                ? new TextDecoder().decode(value) : JSON.stringify(value) ?? ""
                            const told = result.map(bytes).join(" ")
                            if (told.includes(name) || told.includes(coat)) found.push(table)
                        }
                    all.oncomplete = resolve
                }
            })
        return found
    }, [NAME, COAT])
}

await story("search", async (town) => {
    const daughter = await town.device()
    const neighbour = await town.device()
    const away = await town.device()
    await loginResident(daughter, "13800000002")
    await loginResident(neighbour, "13800000001")
    await loginResident(away, "13800000005")
    const zhao = await officer("zhao")

    /* Five pages, one thought each; nothing can be left out that is needed. */
    await reportPerson(daughter, {
        name: NAME, clothes: COAT, look: (page, name) => shot(page, `person-report-${name}`),
    })
    await shot(daughter, "matters-person")

    /* Nobody else sees it before an officer has checked it. */
    await neighbour.reload()
    await neighbour.locator('[data-test="enter-hall"]').first().waitFor()
    assert(!(await neighbour.content()).includes(NAME), "not shown before it is checked")
    const { persons } = await zhao.ask("person_list", {})
    const person = persons.find((item) => item.card?.name === NAME)
    assert(person !== undefined, "the officer has it")
    assert(person.card.media.length === 1, "with its picture")
    const move = async (op, body) => {
        const { person: now } = await zhao.ask("person_read", { person_id: person.person_id })
        return zhao.ask(op,
            { person_id: person.person_id, expected_version: now.state_version, ...body })
    }
    await move("person_activate",
        { reporter_checked: true, consent: "guardian", risk_class: "normal" })

    /* The card comes by itself, on the first page and in the hall. */
    await neighbour.locator('[data-test="search-card"]', { hasText: NAME }).waitFor()
    const photo = neighbour.locator('[data-test="search-photo"]').first()
    await until("the picture is there", () =>
        photo.evaluate((img) => img.complete && img.naturalWidth > 0))
    const address = await photo.getAttribute("src")
    await shot(neighbour, "home-search")
    await enterHall(neighbour)
    await toEnd(neighbour)
    await neighbour.locator('[data-test="message"] [data-test="search-card"]',
        { hasText: NAME }).last().waitFor()
    await shot(neighbour, "hall-search-card")
    /* One phone has it all and goes away. */
    await enterHall(away)
    await toEnd(away)
    await away.locator('[data-test="search-card"]', { hasText: NAME }).last().waitFor()
    await away.waitForTimeout(2500)
    await away.goto("about:blank")

    /* 我看到了: to the team, not to the hall. */
    await neighbour.locator('[data-test="to-seen"]').last().click()
    /* The building begins the words; what stands there can be written over. */
    await neighbour.locator('[name="building"]').selectOption({ label: "5栋" })
    assert(await neighbour.locator('[name="place"]').inputValue() === "5栋", "the building")
    await neighbour.locator('[name="place"]').fill("柳堤路公交站")
    await neighbour.locator('[name="direction"]').fill("往桥那边")
    await shot(neighbour, "sighting")
    await neighbour.locator('[data-test="seen-do"]').click()
    await neighbour.locator(".toast", { hasText: "已经收到" }).waitFor()
    const seen = await zhao.ask("person_read", { person_id: person.person_id })
    assert(seen.sightings.length === 1 && seen.sightings[0].place === "柳堤路公交站",
        "the team has the sighting")
    await enterHall(neighbour)
    assert(!(await neighbour.content()).includes("柳堤路公交站"), "the hall has not")
    await daughter.locator('[data-test="my-person"]').click()
    await daughter.getByText("有 1 个人说看到过").waitFor()
    await shot(daughter, "person-family")

    /* Found. Pages and devices let go of it in time, the door says 410. */
    await toEnd(neighbour)
    await neighbour.locator('[data-test="search-photo"]').last().waitFor()
    await move("person_located", { place: "派出所" })
    const start = Date.now()
    await until("picture and words are gone",
        async () => (await traces(neighbour)).length === 0, TAKEN_DOWN_MS)
    console.log(`FIGURES {"p15_ms": ${Date.now() - start}}`)
    await move("person_reunited",
        { recipient_name: "周小梅", recipient_relation: "child", identity_check: "id_card" })
    await neighbour.locator('[data-test="message"], [data-test="gone"]').last().waitFor()
    await shot(neighbour, "hall-search-ended")
    const status = await neighbour.evaluate(async (path) =>
        (await fetch(path, { cache: "no-store" })).status, address)
    assert(status === 410, `the picture's address answers ${status}`)

    /* The phone that was away: taken down before any history is shown. */
    const drawn = []
    await away.exposeFunction("sawSearch", (what) => drawn.push(what))
    await away.addInitScript(([name, coat]) => {
        document.addEventListener("DOMContentLoaded", () =>
            new MutationObserver(() => {
                const text = document.body.textContent
                if (text.includes(coat) || document.querySelector('[data-test="search-photo"]'))
                    window.sawSearch(text.includes(name) ? name : coat)
            }).observe(document.body, { childList: true, subtree: true, characterData: true }))
    }, [NAME, COAT])
    await away.goto(`${url}/`)
    await enterHall(away)
    await toEnd(away)
    await away.waitForTimeout(1500)
    assert(drawn.length === 0, `it was drawn after it had ended: ${drawn}`)
    const left = await traces(away)
    assert(left.length === 0, `left on the phone that was away: ${left}`)
    zhao.leave()
})
