/*
 * The link of this page, as the views see it: what changed is drawn once per frame.
 * The lists themselves live in the link; here are only the marks that they changed.
 */

import {
    browserSocket, browserTabs, Link, pageEnvironment, RefusedReason, socketUrl,
    systemChance, systemClock,
} from "@hall/link"
import type { LinkState, Me, OpenStorage, OutboxEntry, RoomFeed } from "@hall/link"
import { Role } from "@hall/wire"
import type { AlertView, NoticeView, RoomView } from "@hall/wire"
import { defineStore } from "pinia"
import { computed, inject, markRaw, shallowReactive, shallowRef } from "vue"
import type { InjectionKey } from "vue"
import { BUILD, clientName } from "./build.ts"
import { atOnce, oncePerFrame } from "./frames.ts"
import { uploadLater } from "./later.ts"
import { comesLoggedIn, rememberAccount, rememberedAccount } from "./remembered.ts"

/** What is different in each client; `app.provide(SESSION_PARTS, …)` before the first use. */
export interface SessionParts {
    /** What stays on this device. */
    readonly openStorage: OpenStorage
    /** Pages of one person with the same name share an outbox. */
    readonly tabsName: string
}
export const SESSION_PARTS: InjectionKey<SessionParts> = Symbol("session parts")

export interface RoomSummary {
    readonly view: RoomView
    readonly unread: number
}

const STAFF_ROLES: ReadonlySet<number> = new Set([
    Role.officer, Role.auxiliary, Role.dispatcher, Role.stationLeader, Role.cadre, Role.gridWorker,
    Role.gridChief,
])

export const useSession = defineStore("session", () => {
    const parts = inject(SESSION_PARTS)
    if (parts === undefined) throw new Error("no session parts")
    const link = markRaw(
        new Link({
            clock: systemClock,
            chance: systemChance,
            environment: pageEnvironment(),
            openSocket: browserSocket(socketUrl(location)),
            openStorage: parts.openStorage,
            upload: uploadLater,
            tabs: (accountId) => browserTabs(`${parts.tabsName}-${accountId}`),
            client: clientName(),
            build: BUILD,
        }),
    )

    const state = shallowRef<LinkState>(link.state)
    const stateSince = shallowRef(Date.now())
    const me = shallowRef<Me | null>(null)
    const rooms = shallowRef<readonly RoomSummary[]>([])
    const outbox = shallowRef<readonly OutboxEntry[]>([])
    const alerts = shallowRef<readonly AlertView[]>([])
    const notices = shallowRef<readonly NoticeView[]>([])
    const isListed = shallowRef(false)
    const isNewBuildWanted = shallowRef(false)
    const ticks = shallowReactive(new Map<number, number>())
    const touched = new Set<number>()

    const drawRooms = oncePerFrame(() => {
        for (const roomId of touched) ticks.set(roomId, (ticks.get(roomId) ?? 0) + 1)
        touched.clear()
        const ownId = link.me?.accountId ?? 0
        rooms.value = [...link.rooms.feeds.values()].map((feed) => ({
            view: feed.view,
            unread: feed.unread(ownId),
        }))
    })
    const drawAlerts = atOnce(() => {
        alerts.value = [...link.alerts.alerts.values()].sort((a, b) => b.createdAt - a.createdAt)
        notices.value = [...link.alerts.notices.values()].sort(
            (a, b) => b.publishedAt - a.publishedAt,
        )
    })
    const drawOutbox = oncePerFrame(() => {
        outbox.value = link.outbox.entries
    })

    link.signals.state.on((next) => {
        state.value = next
        stateSince.value = Date.now()
        if (next.name === "live") isListed.value = true
        if (next.name === "refused" && next.reason === RefusedReason.loggedOut) rememberAccount(null)
    })
    link.signals.me.on(() => {
        me.value = link.me
        isNewBuildWanted.value = link.minBuild > BUILD
        if (link.me !== null) rememberAccount(link.me.accountId)
        drawRooms()
    })
    link.signals.room.on((roomId) => {
        touched.add(roomId)
        drawRooms()
    })
    link.signals.outbox.on(drawOutbox)
    link.signals.alerts.on(drawAlerts)

    const isStaff = computed(
        () => me.value?.grants.some((grant) => STAFF_ROLES.has(grant.role)) === true,
    )
    const hasWork = computed(
        () => me.value?.grants.some((grant) => grant.role !== Role.resident) === true,
    )
    const firstRoom = computed(() => rooms.value[0] ?? null)

    /** The feed of a room; reading it in a computed makes that follow its changes. */
    function feed(roomId: number): RoomFeed | undefined {
        void ticks.get(roomId)
        return link.rooms.feeds.get(roomId)
    }

    function start(): void {
        const account = rememberedAccount()
        if (account !== null || comesLoggedIn()) void link.start(account)
    }

    /** After a login: connect, whatever state we were in. */
    function loggedIn(accountId: number): void {
        rememberAccount(accountId)
        if (link.state.name === "refused") link.connection.resumeAfterRefusal()
        else void link.start(accountId)
    }

    function renamed(displayName: string): void {
        if (link.me === null) return
        link.me = { ...link.me, displayName }
        me.value = link.me
    }

    async function logout(): Promise<boolean> {
        const { browserDoors } = await import("@hall/link/doors")
        const outcome = await browserDoors().logout()
        if (!outcome.ok && outcome.error.kind === "lost") return false
        rememberAccount(null)
        await link.leave()
        return true
    }

    return {
        link, state, stateSince, me, rooms, outbox, alerts, notices, isListed,
        isNewBuildWanted, isStaff, hasWork, firstRoom, feed, start, loggedIn, renamed, logout,
    }
})
