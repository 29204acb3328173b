/*
 * One object read whole: when it is opened, and again when the server says that it has
 * changed. Every reading is recorded, so nothing is read that is not looked at.
 */

import type { LinkError, Outcome } from "@hall/link"
import { errorText } from "@hall/view/app/error_text.ts"
import { useSession } from "@hall/view/app/session.store.ts"
import { computed, onBeforeUnmount, shallowRef, watch } from "vue"
import type { ComputedRef, ShallowRef } from "vue"

export interface ObjectFile<T> {
    readonly file: ShallowRef<T | null>
    readonly failed: ComputedRef<string>
    readonly isLoading: ShallowRef<boolean>
    load(): Promise<void>
}

export interface FileUse<T> {
    read(): Promise<Outcome<T>>
    versionOf(file: T): number
    /** Calls back with the newest version of the object it heard of. */
    listen(changed: (version: number) => void): () => void
}

export function useFile<T>(use: FileUse<T>): ObjectFile<T> {
    const session = useSession()
    const file = shallowRef<T | null>(null)
    const error = shallowRef<LinkError | null>(null)
    const isLoading = shallowRef(false)
    let newest = 0

    async function load(): Promise<void> {
        if (isLoading.value) return
        isLoading.value = true
        const outcome = await use.read()
        isLoading.value = false
        error.value = outcome.ok ? null : outcome.error
        if (!outcome.ok) return
        file.value = outcome.body
        /* It changed while it was on its way. */
        if (newest > use.versionOf(outcome.body)) void load()
    }

    const off = use.listen((version) => {
        newest = Math.max(newest, version)
        if (file.value !== null && version > use.versionOf(file.value)) void load()
    })
    onBeforeUnmount(off)
    watch(
        () => session.state.name === "live",
        (isLive) => {
            if (isLive) void load()
        },
        { immediate: true },
    )
    return {
        file, isLoading, load,
        failed: computed(() => (error.value === null ? "" : errorText(error.value))),
    }
}
