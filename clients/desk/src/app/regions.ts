/* F6 walks from one region of the screen to the next: lane, list, detail, side. */

const REGIONS = "[data-test='lane'], nav, [data-region]"
const FOCUSABLE = "a[href], button:not(:disabled), input, textarea, [tabindex='0']"

export function nextRegion(): void {
    const regions = [...document.querySelectorAll<HTMLElement>(REGIONS)].filter(
        (region) => region.querySelector(FOCUSABLE) !== null,
    )
    if (regions.length === 0) return
    const at = regions.findIndex((region) => region.contains(document.activeElement))
    const next = regions[(at + 1) % regions.length]
    const current = next?.querySelector<HTMLElement>("[aria-current]")
    ;(current ?? next?.querySelector<HTMLElement>(FOCUSABLE))?.focus()
}
