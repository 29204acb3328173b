/*
 * The pages of a form as entries of the history, and what was filled in as a draft that
 * survives leaving, reloading and being without network.
 */

import { useSession } from "@hall/view/app/session.store.ts"
import { computed, shallowReactive, watch } from "vue"
import { useRoute, useRouter } from "vue-router"

export function useSteps(count: number, mayGoOn: (step: number) => boolean) {
    const route = useRoute()
    const router = useRouter()
    const step = computed(() => {
        const wanted = Number(route.query["step"] ?? 0)
        return Number.isInteger(wanted) && wanted > 0 && wanted < count ? wanted : 0
    })
    function next(): void {
        if (!mayGoOn(step.value)) return
        void router.push({ path: route.path, query: { ...route.query, step: step.value + 1 } })
    }
    return { step, next, back: () => router.back() }
}

/** What was filled in before, or what a fresh form begins with; kept with every change. */
export function useDraft<F extends object>(name: string, fresh: F): { form: F; drop(): void } {
    const { drafts } = useSession().link
    const form = shallowReactive({ ...fresh }) as F
    let isTouched = false
    let isDropped = false
    /* After a reload the device answers when the page is drawn already. */
    drafts.whenOpen(() => {
        if (!isTouched) Object.assign(form, drafts.form(name))
    })
    watch(form, () => {
        isTouched = true
        if (!isDropped) drafts.setForm(name, { ...form })
    })
    return {
        form,
        drop() {
            isDropped = true
            drafts.setForm(name, null)
        },
    }
}
