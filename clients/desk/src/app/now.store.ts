/* The server's time, once a second: every countdown goes by it. */

import { useSession } from "@hall/view/app/session.store.ts"
import { defineStore } from "pinia"
import { shallowRef } from "vue"

export const useNow = defineStore("now", () => {
    const { link } = useSession()
    const now = shallowRef(link.serverNow())
    setInterval(() => {
        now.value = link.serverNow()
    }, 1000)
    return { now }
})
