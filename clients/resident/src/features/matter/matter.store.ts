/* Disputes and searches as the pages see them; asked for when the first page wants them. */

import { isPersonOpen, Matters } from "@hall/link/matters"
import type { ListState } from "@hall/link/matters"
import type { OutboxEntry } from "@hall/link"
import { t } from "@hall/ui"
import { errorText } from "@hall/view/app/error_text.ts"
import { oncePerFrame } from "@hall/view/app/frames.ts"
import { useSession } from "@hall/view/app/session.store.ts"
import { useToasts } from "@hall/view/app/toast.store.ts"
import { DisputeAudience, PersonAudience, PersonState } from "@hall/wire"
import type { DisputeView, PersonView } from "@hall/wire"
import { defineStore } from "pinia"
import { computed, markRaw, shallowRef } from "vue"

const MINE: ReadonlySet<string> = new Set(["dispute_submit", "person_report"])

export const useMatters = defineStore("matters", () => {
    const session = useSession()
    const toasts = useToasts()
    /** Also those this person works on. */
    const known = shallowRef<readonly DisputeView[]>([])
    const disputes = computed(() =>
        known.value.filter((dispute) => dispute.audience === DisputeAudience.reporter),
    )
    const persons = shallowRef<readonly PersonView[]>([])
    const state = shallowRef<ListState>("idle")
    const hasMore = shallowRef(false)

    function draw(): void {
        known.value = [...matters.disputes.values()].sort(
            (a, b) =>
                Number(b.waitsForMe === true) - Number(a.waitsForMe === true) ||
                b.createdAt - a.createdAt,
        )
        persons.value = [...matters.persons.values()].sort((a, b) => b.createdAt - a.createdAt)
        state.value = matters.disputesState
        hasMore.value = matters.hasMore
    }
    const drawSoon = oncePerFrame(draw)
    const matters: Matters = markRaw(new Matters(session.link, () => drawSoon()))

    /** Shown to the halls now. */
    const searches = computed(() =>
        persons.value.filter(
            (person) => person.state === PersonState.active && person.card !== undefined,
        ),
    )
    const reported = computed(() =>
        persons.value.filter((person) => person.audience === PersonAudience.family),
    )
    const openCount = computed(
        () => disputes.value.length + reported.value.filter(isPersonOpen).length,
    )
    const pending = computed((): readonly OutboxEntry[] =>
        session.outbox.filter((entry) => MINE.has(entry.action.name)),
    )

    session.link.signals.answered.on(({ entry, outcome }) => {
        const { name } = entry.action
        if (!name.startsWith("dispute_") && !name.startsWith("person_")) return
        if (!outcome.ok) {
            toasts.show(errorText(outcome.error))
            return
        }
        const { no } = outcome.body as { readonly no?: string }
        if (no !== undefined) {
            toasts.show(t("matter.received", { no }))
            void load()
        }
        if (name === "person_sighting") toasts.show(t("person.sighted"))
        if (name === "person_object") toasts.show(t("person.objected"))
    })

    async function load(): Promise<void> {
        await Promise.all([matters.listDisputes(), matters.listPersons()])
    }

    /** The first page that shows them asks; afterwards pushes keep them. */
    function want(): void {
        if (matters.disputesState === "idle") void load()
    }

    async function more(): Promise<void> {
        const last = Math.min(...matters.disputes.keys())
        if (Number.isFinite(last)) await matters.listDisputes(last)
    }

    function person(personId: number): PersonView | undefined {
        return persons.value.find((item) => item.personId === personId)
    }

    return {
        matters, known, disputes, persons, searches, reported, openCount, pending, state, hasMore, load,
        want, more, person,
    }
})
