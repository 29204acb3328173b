/*
 * Whom something can be given to: this person, and those of the station she has met in
 * the rooms and in the queue. The server says who may.
 */

import { badgeName } from "@hall/view/room/room.words.ts"
import { useSession } from "@hall/view/app/session.store.ts"
import { Badge } from "@hall/wire"
import { computed } from "vue"
import type { ComputedRef } from "vue"
import { useWork } from "../features/work/work.store.ts"
import type { Choice } from "../moves/move.ts"

const MAX = 30
const NOT_STAFF: ReadonlySet<number> = new Set([Badge.none, Badge.system, Badge.unitLeader])

type Known = readonly { readonly accountId: number; readonly name: string }[]

export function usePeople(): ComputedRef<(known: Known) => Choice[]> {
    const session = useSession()
    const work = useWork()
    return computed(() => (known) => {
        const people = new Map<number, string>()
        const { me } = session
        if (me !== null) people.set(me.accountId, me.displayName)
        for (const { accountId, name } of known) people.set(accountId, name)
        for (const { leadAccountId, leadName } of work.items)
            if (leadAccountId !== undefined && leadName !== undefined) people.set(leadAccountId, leadName)
        for (const { view } of session.rooms)
            for (const message of session.feed(view.roomId)?.list() ?? [])
                if (!NOT_STAFF.has(message.badge) && !people.has(message.senderId))
                    people.set(message.senderId, `${message.senderName} ${badgeName(message.badge) ?? ""}`)
        return [...people].slice(0, MAX).map(([value, name]) => ({ value, name }))
    })
}
