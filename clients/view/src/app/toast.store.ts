/* Short words at the bottom of the page that go away by themselves; also read aloud. */

import { defineStore } from "pinia"
import { shallowRef } from "vue"

const SHOW_MS = 5000

export interface Toast {
    readonly id: number
    readonly text: string
}

export const useToasts = defineStore("toasts", () => {
    const toasts = shallowRef<readonly Toast[]>([])
    let lastId = 0

    function remove(id: number): void {
        toasts.value = toasts.value.filter((toast) => toast.id !== id)
    }

    function show(text: string): void {
        const id = ++lastId
        toasts.value = [...toasts.value.filter((toast) => toast.text !== text), { id, text }].slice(-2)
        setTimeout(() => remove(id), SHOW_MS)
    }

    return { toasts, show, remove }
})
