/*
 * One room on screen: its rows, the line of new messages, reading, writing, what is
 * opened over it. The page around it is each client's own.
 */

import type { OutboxEntry } from "@hall/link"
import { t } from "@hall/ui"
import { Badge, RoomKind } from "@hall/wire"
import type { MessageView } from "@hall/wire"
import { computed, nextTick, onBeforeUnmount, onMounted, shallowRef, watch } from "vue"
import type { ShallowRef } from "vue"
import type { Overlay } from "../app/overlay.ts"
import { useSession } from "../app/session.store.ts"
import { useToasts } from "../app/toast.store.ts"
import { shortText } from "./room.words.ts"
import { roomRows, withPending } from "./rows.ts"
import type { RoomRow } from "./rows.ts"
import { useComposing } from "./use_composing.ts"
import { useRoomHistory } from "./use_history.ts"
import { useReading } from "./use_reading.ts"
import { useRoomToasts } from "./use_room_toasts.ts"

/** The parts of the page that are told what to do. */
export interface RoomParts {
    readonly list: Readonly<ShallowRef<{
        scrollTo(key: string, part: number): boolean
        scrollToEnd(): void
    } | null>>
    readonly composer: Readonly<ShallowRef<{ focus(): void } | null>>
    readonly overlay: Overlay
}

export function useRoom(roomId: number, { list, composer, overlay }: RoomParts) {
    const session = useSession()
    const toasts = useToasts()
    const { link } = session
    const chosen = shallowRef<MessageView | null>(null)
    const photoAt = shallowRef(0)
    const searchText = shallowRef("")
    const heard = shallowRef("")
    const now = shallowRef(Date.now())
    /** The line of new messages stays where it was when the room was opened. */
    const unreadAfter = shallowRef<number | null>(null)
    let isOpened = false
    let heardCount = 0

    /* A new object for every change: the feed itself stays the same. */
    const room = computed(() => {
        const feed = session.feed(roomId)
        return feed === undefined ? null : { feed }
    })
    const view = computed(() => room.value?.feed.view ?? null)
    const ownId = computed(() => session.me?.accountId ?? 0)
    const unread = computed(() => room.value?.feed.unread(ownId.value) ?? 0)
    /* Ten thousand rows are not made anew because somebody read on. */
    let made = { of: "", rows: [] as RoomRow[] }
    const shown = computed(() => {
        const feed = room.value?.feed
        if (feed === undefined) return []
        const of = `${feed.version} ${ownId.value} ${unreadAfter.value}`
        if (made.of !== of)
            made = {
                of,
                rows: roomRows({ feed, ownId: ownId.value, unreadAfter: unreadAfter.value }),
            }
        return made.rows
    })
    const rows = computed(() => withPending(shown.value, session.outbox, roomId))
    const muteUntil = computed(() => {
        const until = view.value?.mutedUntil
        return until !== undefined && until > now.value + link.clockOffsetMs ? until : null
    })
    const mayOfficial = computed(() => session.isStaff && view.value?.kind === RoomKind.hall)

    const history = useRoomHistory(link, roomId, (key, part) => list.value?.scrollTo(key, part) ?? false)
    const reading = useReading(link, roomId)
    const composing = useComposing(link, roomId, () => void nextTick(() => list.value?.scrollToEnd()))

    /** Once the room is there: to the first message not read, or to the end. */
    function open(): void {
        const feed = room.value?.feed
        if (isOpened || feed === undefined || feed.liveTo === null) return
        isOpened = true
        composing.draftLoaded()
        if (feed.unread(ownId.value) === 0) return
        unreadAfter.value = feed.readSeq
        requestAnimationFrame(() => void nextTick(() => list.value?.scrollTo("unread", 0.2)))
    }
    watch(room, open, { immediate: true })

    function hear(message: MessageView): void {
        if (message.roomId !== roomId || message.senderId === ownId.value) return
        const isOfficer = message.badge === Badge.officer || message.badge === Badge.stationLeader
        heardCount += 1
        heard.value = isOfficer
            ? `${message.senderName}: ${shortText(message)}`
            : t("room.heard", { count: heardCount })
    }
    const offArrived = link.signals.arrived.on(hear)
    useRoomToasts(link, roomId)
    /* What is taken down closes what was opened of it. */
    const offRevoked = link.signals.revoked.on(() => {
        const message = chosen.value
        if (message === null) return
        const current = room.value?.feed.get(message.seq) ?? null
        chosen.value = current
        if (current === null || current.state !== message.state) overlay.close()
    })
    const clock = setInterval(() => {
        now.value = Date.now()
        heardCount = 0
    }, 15_000)
    onMounted(open)
    onBeforeUnmount(() => {
        offArrived()
        offRevoked()
        clearInterval(clock)
    })

    function choose(seq: number, panel: "menu" | "photo"): void {
        chosen.value = room.value?.feed.get(seq) ?? null
        if (chosen.value !== null) overlay.open(panel)
    }

    function openMenu(seq: number): void {
        choose(seq, "menu")
    }

    function openPhoto(seq: number, index: number): void {
        photoAt.value = index
        choose(seq, "photo")
    }

    function quote(message: MessageView): void {
        composing.quote.value = message
        requestAnimationFrame(() => requestAnimationFrame(() => composer.value?.focus()))
    }

    function send(): void {
        if (composing.personalData().length > 0) overlay.open("personal")
        else composing.send()
    }

    /** No microphone here: the keyboard has one. */
    function type(): void {
        composing.stopSpeaking()
        requestAnimationFrame(() => requestAnimationFrame(() => composer.value?.focus()))
    }

    async function jump(seq: number): Promise<void> {
        if (!(await history.jump(seq))) toasts.show(t("room.quoteGone"))
    }

    function retry(entry: OutboxEntry): void {
        link.outbox.retry(entry.key)
    }

    function discard(entry: OutboxEntry): void {
        link.outbox.discard(entry.key)
    }

    return {
        room, view, rows, unread, muteUntil, mayOfficial, heard, chosen, photoAt, searchText,
        history, reading, composing, openMenu, openPhoto, quote, send, type, jump, retry,
        discard,
    }
}
