/* What has to hold on every screen: axe finds nothing, nothing is clipped, 长辈版 keeps its sizes. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert } from "./browser.mjs"

const axe = readFileSync(join(process.env.HALL_WEB, "node_modules/axe-core/axe.min.js"), "utf8")

const STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
/* What another theme can change on a page that was looked at already. */
const COLOURS = ["color-contrast", "link-in-text-block"]

/** What axe finds, in words; only those leave the page. */
async function findWrong(page, hasOnlyColours) {
    if (await page.evaluate(() => window.axe === undefined)) await page.evaluate(axe)
    return page.evaluate(async (runOnly) => {
        const { violations } = await window.axe.run(document, {
            runOnly, resultTypes: ["violations"],
        })
        return violations.map((rule) => `${rule.id}: ${rule.nodes.map((node) =>
            `${node.target} ${node.failureSummary}`).join("; ")}`)
    }, hasOnlyColours ? { type: "rule", values: COLOURS } : STANDARDS)
}

/** `form.hasOnlyColours`: the same page in another theme. */
export async function check(page, name, form) {
    const wrong = await findWrong(page, form.hasOnlyColours === true)
    assert(wrong.length === 0, `${name}: ${wrong.join("\n")}`)
    const clipped = await page.evaluate(() => {
        const wide = document.documentElement.scrollWidth > window.innerWidth
        const all = [...document.querySelectorAll("button, a, h1, h2, h3, p, label, input, dd")]
        const cut = [...document.querySelectorAll("h1, h2, button")].filter((element) =>
            element.offsetParent !== null && !element.closest(".unseen") &&
            element.scrollWidth > element.clientWidth + 1 &&
            getComputedStyle(element).overflowX !== "visible")
        const lists = [...document.querySelectorAll(".virtual")].filter((list) =>
            list.offsetParent !== null && list.clientHeight < 80)
        return [
            ...cut.map((element) => `cut off: ${element.textContent.slice(0, 30)}`),
            ...lists.map((list) => `a list of ${list.clientHeight} px`),
            ...(wide ? ["the page scrolls sideways"] : []),
            ...all
                .filter((element) => element.offsetParent !== null &&
                    !element.closest(".unseen, .skip, .photos, [hidden]") &&
                    !element.classList.contains("unseen"))
                .filter((element) => {
                    const box = element.getBoundingClientRect()
                    return box.width > 1 && (box.right > window.innerWidth + 1 || box.left < -1)
                })
                .map((element) =>
                    `outside: ${element.tagName} ${element.textContent.slice(0, 30)}`),
        ]
    })
    assert(clipped.length === 0, `${name}: ${clipped.join("\n")}`)
    if (form.isElder !== true) return
    const small = await page.evaluate(() => {
        const short = []
        for (const element of document.querySelectorAll("button, a.button, a.tab, a.entry")) {
            const box = element.getBoundingClientRect()
            if (box.height > 0 && box.height < 48)
                short.push(`${element.textContent} ${box.height}`)
        }
        for (const element of document.querySelectorAll("#app *, #overlays *")) {
            const own = [...element.childNodes].some(
                (n) => n.nodeType === 3 && n.data.trim() !== "")
            if (!own || element.closest(".unseen, .count, svg")) continue
            const px = parseFloat(getComputedStyle(element).fontSize)
            if (px < 18) short.push(`${element.textContent.slice(0, 20)}: ${px}px`)
        }
        return short
    })
    assert(small.length === 0, `${name}, 长辈版: ${small.join("\n")}`)
}
