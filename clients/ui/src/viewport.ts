/*
 * The page is as high as what can be seen: where a keyboard covers the page instead of
 * shrinking it (iOS, older web views), the composer still sits on the keyboard.
 */

export function followViewport(): void {
    const view = window.visualViewport
    if (view === null) return
    const apply = (): void => {
        /* Somebody who zooms in wants to see less, not a smaller page. */
        if (view.scale > 1.01) return
        document.documentElement.style.setProperty("--view", `${Math.round(view.height)}px`)
        if (view.offsetTop > 0) window.scrollTo(0, 0)
    }
    view.addEventListener("resize", apply)
    apply()
}
