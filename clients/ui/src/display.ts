/*
 * How the page looks for this person: 长辈版, text size, light or dark, language.
 * Kept on the device, before and after logging in; shown as attributes of <html>.
 */

import { reactive } from "vue"
import { isLanguage, languageOf, setLanguage } from "./words.ts"
import type { Language } from "./words.ts"

export const TEXT_SIZES = [17, 19, 22] as const
export const ELDER_SIZES = [20, 24, 28, 32] as const
/** Text sizes of the desk, nearer to the eye. */
export const DESK_SIZES = [14, 16, 18] as const
export const THEMES = ["auto", "light", "dark"] as const

export type Theme = (typeof THEMES)[number]

export interface Display {
    isElder: boolean
    textPx: number
    elderPx: number
    theme: Theme
    language: Language
    /** Whether 长辈版 was offered and declined. */
    isOffered: boolean
    /** At night only what is about this person, or endangers life and savings now, makes a sound. */
    isQuietAtNight: boolean
}

/** What the display of one client starts from. */
export interface DisplayKind {
    /** Where it is kept. */
    readonly key: string
    readonly sizes: readonly number[]
}
export const RESIDENT_DISPLAY: DisplayKind = { key: "hall.display", sizes: TEXT_SIZES }
export const DESK_DISPLAY: DisplayKind = { key: "hall.desk.display", sizes: DESK_SIZES }

let kind = RESIDENT_DISPLAY

const display = reactive<Display>({
    isElder: false, textPx: 17, elderPx: 24, theme: "auto", language: "zh-Hans",
    isOffered: false, isQuietAtNight: true,
})

export function useDisplay(): Readonly<Display> {
    return display
}

export function changeDisplay(change: Partial<Display>): void {
    Object.assign(display, change)
    apply()
    try {
        localStorage.setItem(kind.key, JSON.stringify(display))
    } catch {
        /* Private windows may refuse: then it lasts until the page goes. */
    }
    if (change.language !== undefined) void setLanguage(change.language)
}

/** Reads what was chosen before; called once, before anything is drawn. */
export async function loadDisplay(client: DisplayKind = RESIDENT_DISPLAY): Promise<void> {
    kind = client
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", apply)
    /* Changed on another page of hers. */
    addEventListener("storage", ({ key }) => {
        if (key === kind.key) void restore()
    })
    await restore()
}

async function restore(): Promise<void> {
    const saved = read()
    display.isElder = saved.isElder === true
    display.isOffered = saved.isOffered === true
    display.isQuietAtNight = saved.isQuietAtNight !== false
    display.textPx = pick(kind.sizes, saved.textPx, kind.sizes[0] ?? 17)
    display.elderPx = pick(ELDER_SIZES, saved.elderPx, 24)
    display.theme = pick(THEMES, saved.theme, "auto")
    display.language = isLanguage(saved.language)
        ? saved.language
        : languageOf(navigator.languages)
    apply()
    await setLanguage(display.language).catch(() => undefined)
}

function pick<T>(choices: readonly T[], value: unknown, otherwise: T): T {
    return choices.find((choice) => choice === value) ?? otherwise
}

function read(): Partial<Record<keyof Display, unknown>> {
    try {
        const value: unknown = JSON.parse(localStorage.getItem(kind.key) ?? "{}")
        return typeof value === "object" && value !== null ? value : {}
    } catch {
        return {}
    }
}

function apply(): void {
    const root = document.documentElement
    const isDark =
        display.theme === "dark" ||
        (display.theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches)
    root.toggleAttribute("data-elder", display.isElder)
    root.toggleAttribute("data-dark", isDark)
    const px = display.isElder ? display.elderPx : display.textPx
    /* Relative to the host's own size, so that its text zoom counts too. */
    root.style.setProperty("--text", `${px / 16}rem`)
    document
        .querySelector('meta[name="theme-color"]')
        ?.setAttribute("content", isDark ? "#1d2229" : "#ffffff")
}

/** The host shows text much larger than usual (WeChat's own setting, a phone's). */
export function hostTextZoom(): number {
    const probe = document.createElement("span")
    probe.textContent = "\u5b57" /* one wide character */
    probe.className = "probe"
    document.body.append(probe)
    const zoom = probe.getBoundingClientRect().height / 100
    probe.remove()
    return zoom
}
