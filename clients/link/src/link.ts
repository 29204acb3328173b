/*
 * link: everything between a page and the server.
 * Owns connection, rooms, outbox, drafts, receipts, alerts and what is kept on the
 * device; hands out their contents and says when something changed. Knows no Vue.
 */

import { CloseReason, ReceiptStage, RevokedKind } from "@hall/wire"
import type {
    Closing, Frame, Hello, MessageView, Pong, Revocation, RoleGrant, VerificationLevel, Welcome,
} from "@hall/wire"
import { Alerts } from "./alerts.ts"
import { hex } from "./bytes.ts"
import { Connection } from "./connection.ts"
import type { ConnectionOwner, ConnectionParts } from "./connection.ts"
import { Drafts } from "./drafts.ts"
import { Keeper } from "./keeper.ts"
import type { SavedMe } from "./keeper.ts"
import { RefusedReason } from "./link_state.ts"
import type { LinkState } from "./link_state.ts"
import { eventTable } from "./link_events.ts"
import type { EventSink } from "./link_events.ts"
import { createLinkSignals } from "./link_signals.ts"
import type { LinkSignals } from "./link_signals.ts"
import { Outbox } from "./outbox.ts"
import type { SendUpload } from "./outbox.ts"
import type { OutboxAction, OutboxEntry, Upload } from "./outbox_entry.ts"
import { Receipts } from "./receipts.ts"
import type { Body, Outcome, ReplyOf, RequestName } from "./replies.ts"
import { Rooms } from "./rooms.ts"
import { TABLES } from "./storage.ts"
import type { OpenStorage, Storage, Table } from "./storage.ts"
import { loneTab } from "./tabs.ts"
import type { Tabs } from "./tabs.ts"

export const STORAGE_WAIT_MS = 300

/** What belongs to others: gone when this person may not see it any more. */
const OTHERS_TABLES: readonly Table[] = ["meta", "rooms", "pages"]

export interface LinkParts extends ConnectionParts {
    readonly openStorage: OpenStorage
    readonly upload: SendUpload
    readonly tabs?: (accountId: number) => Tabs
    readonly client: string
    readonly build: number
}

export interface Me {
    readonly accountId: number
    readonly displayName: string
    readonly level: VerificationLevel
    readonly grants: readonly RoleGrant[]
}

export class Link implements ConnectionOwner {
    readonly signals: LinkSignals = createLinkSignals()
    readonly alerts = new Alerts()
    readonly drafts: Drafts
    readonly outbox: Outbox
    readonly rooms: Rooms
    readonly connection: Connection
    me: Me | null = null
    minBuild = 0
    /** Server time minus ours. */
    clockOffsetMs = 0
    readonly #parts: LinkParts
    readonly #keeper: Keeper
    readonly #receipts: Receipts
    readonly #events: EventSink
    #storage: Storage | null = null
    #saved: SavedMe | null = null
    #accountId: number | null = null
    #tabs: Tabs = loneTab()
    #leaveTabs: (() => void)[] = []
    #welcome: Welcome | null = null
    #isListed = false
    #missedRevocations = 0
    #trustsRevocationHead = true

    constructor(parts: LinkParts) {
        this.#parts = parts
        const request = <K extends RequestName>(
            name: K, body: Body<K>, done: (outcome: Outcome<ReplyOf<K>>) => void,
        ): void => this.connection.request(name, body, done)
        this.connection = new Connection(parts, this)
        this.#keeper = new Keeper(parts.clock, (roomId) => this.rooms.feeds.get(roomId))
        this.rooms = new Rooms({
            request,
            clock: parts.clock,
            keeper: this.#keeper,
            changed: (roomId) => this.signals.room.emit(roomId),
            arrived: (message) => this.signals.arrived.emit(message),
            present: (message) => this.#settle(message),
            caughtUp: () => this.#checkLive(),
        })
        this.drafts = new Drafts(parts.clock)
        this.#receipts = new Receipts(parts.clock, request)
        this.outbox = new Outbox({
            clock: parts.clock,
            chance: parts.chance,
            send: (action, done) => request(action.name, action.body, done),
            upload: parts.upload,
            isConnected: () => this.connection.ready,
            changed: () => this.signals.outbox.emit(),
            storedChanged: () => this.#tabs.say("outbox"),
            answered: (entry, outcome) => this.#onAnswered(entry, outcome),
        })
        this.#events = eventTable({
            rooms: this.rooms,
            alerts: this.alerts,
            receipts: this.#receipts,
            signals: this.signals,
            revoked: (revocations, headSeq) => this.#onRevoked(revocations, headSeq),
        })
        parts.environment.onLeave(() => {
            this.drafts.flush()
            void this.#keeper.flush()
        })
    }

    get state(): LinkState {
        return this.connection.state
    }

    serverNow(): number {
        return this.#parts.clock.now() + this.clockOffsetMs
    }

    /** Shows what the device has of this account, then connects. */
    async start(lastAccountId: number | null): Promise<void> {
        if (lastAccountId !== null) {
            const opening = this.#openAccount(lastAccountId)
            const tooLong = new Promise<void>((resolve) => {
                this.#parts.clock.after(STORAGE_WAIT_MS, resolve)
            })
            await Promise.race([opening, tooLong])
        }
        this.connection.start()
    }

    stop(): void {
        this.connection.stop()
        this.drafts.flush()
        void this.#keeper.flush()
    }

    /** Asks the server directly: for what is only of use while somebody waits for it. */
    call<K extends RequestName>(name: K, body: Body<K>): Promise<Outcome<ReplyOf<K>>> {
        return new Promise((resolve) => this.connection.request(name, body, resolve))
    }

    post(body: Omit<Body<"message_post">, "clientKey" | "mediaIds">, uploads: readonly Upload[] = []): void {
        this.outbox.add(
            (clientKey) => ({ name: "message_post", body: { ...body, clientKey } }),
            uploads,
        )
    }

    /** Keeps something else to do until the server has answered. */
    act(action: Exclude<OutboxAction, { name: "message_post" }>): void {
        this.outbox.add(() => action)
    }

    markRead(roomId: number, seq: number): void {
        if (this.rooms.readTo(roomId, seq)) this.#receipts.read(roomId, seq)
    }

    /** This person saw it, or said so. */
    receipt(subject: { alertId: number } | { noticeId: number }, stage: ReceiptStage): void {
        if ("alertId" in subject) {
            this.alerts.markAlert(subject.alertId, stage)
            this.#receipts.alert(subject.alertId, stage)
        } else {
            this.alerts.markNotice(subject.noticeId, stage)
            this.#receipts.notice(subject.noticeId, stage)
        }
        this.signals.alerts.emit()
    }

    /** Logged out by this person: nothing of her stays on the device. */
    async leave(): Promise<void> {
        this.#tabs.say("left")
        this.connection.refuse(RefusedReason.loggedOut)
        await this.#wipe(TABLES)
    }

    /* What the connection tells us. */

    hello(): Hello {
        return {
            client: this.#parts.client,
            build: this.#parts.build,
            epoch: this.#saved?.epoch ?? 0,
            cursors: this.rooms.cursors(),
            revocationSeq: this.#saved?.revocationSeq ?? 0,
        }
    }

    welcomed(welcome: Welcome): void {
        if (this.#accountId !== null && this.#accountId !== welcome.accountId) {
            this.#switchAccount(welcome.accountId)
            return
        }
        if (this.#accountId === null) void this.#openAccount(welcome.accountId)
        const epoch = this.#saved?.epoch ?? welcome.epoch
        this.#saved = {
            accountId: welcome.accountId,
            displayName: welcome.displayName,
            epoch: welcome.epoch,
            revocationSeq: epoch === welcome.epoch ? (this.#saved?.revocationSeq ?? 0) : 0,
        }
        this.me = {
            accountId: welcome.accountId,
            displayName: welcome.displayName,
            level: welcome.level,
            grants: welcome.grants,
        }
        this.minBuild = welcome.minBuild
        this.clockOffsetMs = welcome.serverTime - this.#parts.clock.now()
        this.#welcome = welcome
        this.signals.me.emit()
        this.#askForAlerts()
        this.rooms.welcomed(welcome, epoch === welcome.epoch)
        this.#keeper.setMe(this.#saved)
        this.#receipts.connected()
        this.outbox.pump()
    }

    event(frame: Frame): void {
        this.#events(frame)
    }

    ponged(pong: Pong): void {
        this.clockOffsetMs = pong.serverTime - this.#parts.clock.now()
        for (const head of pong.heads) this.rooms.headIs(head.roomId, head.headSeq)
        /* A revocation that never came: only a new hello brings it. */
        const isBehind = pong.revocationSeq > (this.#saved?.revocationSeq ?? 0)
        this.#missedRevocations = isBehind ? this.#missedRevocations + 1 : 0
        if (this.#missedRevocations < 2 || !this.#trustsRevocationHead) return
        this.#trustsRevocationHead = false
        this.connection.restart()
    }

    pingRooms(): number[] {
        return [...this.rooms.feeds.keys()].slice(0, 64)
    }

    stateChanged(state: LinkState): void {
        if (state.name === "refused") {
            if (state.reason === RefusedReason.accountDisabled) void this.#wipe(TABLES)
            else if (
                state.reason === RefusedReason.unauthenticated ||
                state.reason === RefusedReason.loggedOut
            )
                void this.#wipe(OTHERS_TABLES)
        }
        this.signals.state.emit(state)
    }

    lost(): void {
        this.#welcome = null
        this.#isListed = false
        this.rooms.lost()
        this.outbox.connectionLost()
    }

    closing(closing: Closing): void {
        if (closing.reason === CloseReason.roleRevoked) void this.#wipe(OTHERS_TABLES)
    }

    #checkLive(): void {
        const welcome = this.#welcome
        if (welcome === null || !this.#isListed || this.state.name !== "open") return
        this.#revokedUpTo(welcome.revocationSeq)
        this.connection.becomeLive()
        /* The owner may have listened and gone on: look at the rooms again. */
        this.outbox.pump()
    }

    #askForAlerts(): void {
        this.alerts.listAsked()
        const welcome = this.#welcome
        this.connection.request("alert_list", { includeEnded: true }, (outcome) => {
            if (welcome !== this.#welcome) return
            this.#isListed = true
            if (outcome.ok) {
                this.alerts.applyList(outcome.body)
                this.#confirmDelivered()
                this.signals.alerts.emit()
            }
            this.rooms.checkCaughtUp()
        })
    }

    #confirmDelivered(): void {
        for (const alert of this.alerts.alerts.values())
            if ((alert.myStage ?? 0) === ReceiptStage.queued)
                this.receipt({ alertId: alert.alertId }, ReceiptStage.delivered)
        for (const notice of this.alerts.notices.values())
            if ((notice.myStage ?? 0) === ReceiptStage.queued)
                this.receipt({ noticeId: notice.noticeId }, ReceiptStage.delivered)
    }

    #onRevoked(revocations: readonly Revocation[], headSeq: number): void {
        for (const revocation of revocations) {
            this.rooms.revoke(revocation)
            if (revocation.kind === RevokedKind.notice && revocation.noticeId !== undefined)
                this.alerts.removeNotice(revocation.noticeId)
        }
        if (revocations.length > 0) this.#trustsRevocationHead = true
        this.signals.revoked.emit(revocations)
        const last = revocations[revocations.length - 1]?.revocationSeq ?? headSeq
        this.#revokedUpTo(last)
        /* Confirmed when it is gone from the device too. */
        void this.#keeper.flush().then(() => {
            this.connection.request("revoked_ack", { revocationSeq: last }, () => undefined)
        })
    }

    #revokedUpTo(seq: number): void {
        const saved = this.#saved
        if (saved === null || saved.revocationSeq >= seq) return
        this.#saved = { ...saved, revocationSeq: seq }
        this.#keeper.setMe(this.#saved)
    }

    /** Our own message is in its room: the outbox need not show it any more. */
    #settle(message: MessageView): void {
        if (message.clientKey !== undefined) this.outbox.settle(hex(message.clientKey))
        const sent = this.outbox.entries.find(
            (entry) =>
                entry.seq === message.seq &&
                entry.action.name === "message_post" &&
                entry.action.body.roomId === message.roomId,
        )
        if (sent !== undefined) this.outbox.settle(sent.key)
    }

    #onAnswered(entry: OutboxEntry, outcome: Outcome<unknown>): void {
        if (outcome.ok && entry.seq !== undefined && entry.action.name === "message_post") {
            const { roomId } = entry.action.body
            if (this.rooms.feeds.get(roomId)?.get(entry.seq) !== undefined)
                this.outbox.settle(entry.key)
            else this.rooms.headIs(roomId, entry.seq)
        }
        this.signals.answered.emit({ entry, outcome })
    }

    /* Storage. */

    async #openAccount(accountId: number): Promise<void> {
        this.#accountId = accountId
        this.#joinTabs(accountId)
        const storage = await this.#parts.openStorage(accountId)
        if (this.#accountId !== accountId) return
        this.#storage = storage
        const [loaded] = await Promise.all([
            this.#keeper.open(storage), this.drafts.open(storage), this.#receipts.open(storage),
        ])
        /* Connected before the device had answered: what the server said is newer. */
        if (this.#saved === null && loaded.me !== null && this.#accountId === accountId) {
            this.#saved = loaded.me
            this.rooms.load(loaded.feeds)
            for (const feed of loaded.feeds) this.signals.room.emit(feed.view.roomId)
            this.signals.me.emit()
        }
        await this.outbox.open(storage)
    }

    #switchAccount(accountId: number): void {
        this.#close()
        void this.#openAccount(accountId).then(() => this.connection.restart())
    }

    #joinTabs(accountId: number): void {
        this.#tabs = this.#parts.tabs?.(accountId) ?? loneTab()
        this.#leaveTabs = [
            this.#tabs.lead((leading) => this.outbox.setLeading(leading)),
            this.#tabs.onSay((word) => {
                if (word === "outbox") void this.outbox.reload()
                else {
                    this.connection.refuse(RefusedReason.loggedOut)
                    this.#close()
                }
            }),
        ]
    }

    async #wipe(tables: readonly Table[]): Promise<void> {
        const storage = this.#storage
        await this.#keeper.flush()
        this.#close()
        await storage?.clear(tables).catch(() => undefined)
        storage?.close()
    }

    /** Forgets everything in memory; what is on the device stays. */
    #close(): void {
        for (const leave of this.#leaveTabs) leave()
        this.#leaveTabs = []
        this.#tabs = loneTab()
        this.#accountId = null
        this.#storage = null
        this.#saved = null
        this.#welcome = null
        this.me = null
        this.drafts.close()
        this.outbox.close()
        this.#receipts.close()
        this.#keeper.close()
        this.rooms.clear()
        this.alerts.clear()
        this.signals.me.emit()
        this.signals.outbox.emit()
        this.signals.alerts.emit()
    }
}
