/* Our own part of Pinia: made once, where it is first used, and alive as long as the page. */

import { createApp, inject, nextTick, ref, computed, watch } from "vue"
import { beforeEach, describe, expect, test } from "vitest"
import { createPinia, defineStore } from "../src/app/stores.ts"

describe("a store", () => {
    test("needs an application", () => {
        expect(defineStore("early", () => ({ n: ref(1) }))).toThrow("no application")
    })

    describe("in an application", () => {
        const app = createApp({ render: () => null })
        app.provide("word", "hello")
        beforeEach(() => createPinia().install(app))

        test("is made when it is first used, and once", () => {
            let made = 0
            const useCount = defineStore("count", () => {
                made += 1
                const n = ref(1)
                return { n, twice: computed(() => n.value * 2), add: () => (n.value += 1) }
            })
            expect(made).toBe(0)
            const [one, other] = [useCount(), useCount()]
            expect(made).toBe(1)
            expect(other).toBe(one)
            one.add()
            expect([other.n, other.twice]).toEqual([2, 4])
            other.n = 10
            expect(one.twice).toBe(20)
        })

        test("may use another store and what the application provides", () => {
            const useName = defineStore("name", () => ({ name: ref(inject<string>("word")) }))
            const useBoth = defineStore("both", () => {
                const name = useName()
                return { said: computed(() => `${name.name ?? ""}!`) }
            })
            expect(useBoth().said).toBe("hello!")
            useName().name = "bye"
            expect(useBoth().said).toBe("bye!")
        })

        test("keeps watching when the component that asked first is gone", async () => {
            const source = ref(0)
            const seen: number[] = []
            const useWatch = defineStore("watch", () => {
                watch(source, (value) => seen.push(value))
                return { source }
            })
            useWatch()
            source.value = 1
            await nextTick()
            source.value = 2
            await nextTick()
            expect(seen).toEqual([1, 2])
        })
    })
})
