/* The part of Pinia that this client uses; put in its place as `routing.ts` is in vue-router's. */

import { effectScope, reactive } from "vue"
import type { App, ShallowReactive, UnwrapNestedRefs } from "vue"

let owner: App | null = null

export function createPinia(): { install(app: App): void } {
    return {
        install(app) {
            owner = app
        },
    }
}

/** Made where it is first used, and kept as long as the page. */
export function defineStore<T extends object>(_name: string, setup: () => T): () => Store<T> {
    let store: Store<T> | undefined
    return () => {
        if (owner === null) throw new Error("no application")
        store ??= owner.runWithContext(
            () => effectScope(true).run(() => reactive(setup())) as Store<T>,
        )
        return store
    }
}

type Store<T extends object> = UnwrapNestedRefs<T> & ShallowReactive<object>
