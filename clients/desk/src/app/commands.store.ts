/* What can be done now, and by which keys. Views add theirs while they are on screen. */

import { defineStore } from "pinia"
import { computed, onBeforeUnmount, shallowReactive, shallowRef } from "vue"
import { PressReader, pressName } from "./presses.ts"

export interface Command {
    readonly name: string
    readonly title: string
    readonly keys: readonly string[]
    readonly run: () => void
    /** Not in the list of keys and not found by words: Esc, arrows. */
    readonly isPlain?: boolean
    /** Also while something lies over the page. */
    readonly isAlways?: boolean
}

type Source = () => readonly Command[]

const SINGLE = "hall.desk.singleKeys"

export const useCommandTable = defineStore("commands", () => {
    const sources = shallowReactive<Source[]>([])
    const hasSingle = shallowRef(localStorage.getItem(SINGLE) !== "off")
    const all = computed(() => sources.flatMap((source) => [...source()]))
    const reader = new PressReader()

    function add(source: Source): () => void {
        sources.push(source)
        return () => {
            sources.splice(sources.indexOf(source), 1)
        }
    }

    function setSingle(on: boolean): void {
        hasSingle.value = on
        localStorage.setItem(SINGLE, on ? "on" : "off")
    }

    function press(event: KeyboardEvent): void {
        const isField =
            event.target instanceof HTMLElement &&
            (event.target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) &&
            !/^(checkbox|radio|button)$/.test(event.target.getAttribute("type") ?? "")
        /* Enter on a button presses the button. */
        if (event.code === "Enter" && event.target instanceof HTMLElement &&
            /^(BUTTON|A)$/.test(event.target.tagName)) return
        const isModal = document.getElementById("app")?.hasAttribute("inert") === true
        const name = pressName(event)
        const bound = isModal ? all.value.filter((command) => command.isAlways === true) : all.value
        const command = reader.read(name, bound, performance.now(), {
            isField, hasSingle: hasSingle.value,
        })
        if (command === null || event.defaultPrevented) return
        event.preventDefault()
        command.run()
    }

    return { all, hasSingle, add, setSingle, press }
})

/** The commands of a view, for as long as it is on screen. */
export function useCommands(source: Source): void {
    onBeforeUnmount(useCommandTable().add(source))
}
