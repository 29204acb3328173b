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
    private readonly parts_: LinkParts
    private readonly keeper_: Keeper
    private readonly receipts_: Receipts
    private readonly events_: EventSink
    private storage_: Storage | null = null
    private saved_: SavedMe | null = null
    private accountId_: number | null = null
    private tabs_: Tabs = loneTab()
    private leaveTabs_: (() => void)[] = []
    private welcome_: Welcome | null = null
    private isListed_ = false

    constructor(parts: LinkParts) {
        this.parts_ = parts
        const request = <K extends RequestName>(
            name: K, body: Body<K>, done: (outcome: Outcome<ReplyOf<K>>) => void,
        ): void => this.connection.request(name, body, done)
        this.connection = new Connection(parts, this)
        this.keeper_ = new Keeper(parts.clock, (roomId) => this.rooms.feeds.get(roomId))
        this.rooms = new Rooms({
            request,
            clock: parts.clock,
            keeper: this.keeper_,
            changed: (roomId) => this.signals.room.emit(roomId),
            arrived: (message) => this.signals.arrived.emit(message),
            present: (message) => this.settle_(message),
            caughtUp: () => this.checkLive_(),
        })
        this.drafts = new Drafts(parts.clock)
        this.receipts_ = new Receipts(parts.clock, request)
        this.outbox = new Outbox({
            clock: parts.clock,
            chance: parts.chance,
            send: (action, done) => request(action.name, action.body, done),
            upload: parts.upload,
            isConnected: () => this.connection.ready,
            changed: () => this.signals.outbox.emit(),
            storedChanged: () => this.tabs_.say("outbox"),
            answered: (entry, outcome) => this.onAnswered_(entry, outcome),
        })
        this.events_ = eventTable({
            rooms: this.rooms,
            alerts: this.alerts,
            receipts: this.receipts_,
            signals: this.signals,
            revoked: (revocations, headSeq) => this.onRevoked_(revocations, headSeq),
        })
        parts.environment.onLeave(() => {
            this.receipts_.leaving()
            this.drafts.flush()
            void this.keeper_.flush()
        })
    }

    get state(): LinkState {
        return this.connection.state
    }

    serverNow(): number {
        return this.parts_.clock.now() + this.clockOffsetMs
    }

    /** Shows what the device has of this account, then connects. */
    async start(lastAccountId: number | null): Promise<void> {
        if (lastAccountId !== null) {
            const opening = this.openAccount_(lastAccountId)
            const tooLong = new Promise<void>((resolve) => {
                this.parts_.clock.after(STORAGE_WAIT_MS, resolve)
            })
            await Promise.race([opening, tooLong])
        }
        this.connection.start()
    }

    stop(): void {
        this.connection.stop()
        this.drafts.flush()
        void this.keeper_.flush()
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

    /** Keeps what somebody wrote, with its pictures; `make` is given the key it is sent with. */
    submit(make: (clientKey: Uint8Array) => OutboxAction, uploads: readonly Upload[]): string {
        return this.outbox.add(make, uploads).key
    }

    markRead(roomId: number, seq: number): void {
        if (this.rooms.readTo(roomId, seq)) this.receipts_.read(roomId, seq)
    }

    /** This person saw it, or said so. */
    receipt(subject: { alertId: number } | { noticeId: number }, stage: ReceiptStage): void {
        if ("alertId" in subject) {
            this.alerts.markAlert(subject.alertId, stage)
            this.receipts_.alert(subject.alertId, stage)
        } else {
            this.alerts.markNotice(subject.noticeId, stage)
            this.receipts_.notice(subject.noticeId, stage)
        }
        this.signals.alerts.emit()
    }

    /** Logged out by this person: nothing of her stays on the device. */
    async leave(): Promise<void> {
        this.tabs_.say("left")
        this.connection.refuse(RefusedReason.loggedOut)
        await this.wipe_(TABLES)
    }

    /* What the connection tells us. */

    hello(): Hello {
        return {
            client: this.parts_.client,
            build: this.parts_.build,
            epoch: this.saved_?.epoch ?? 0,
            cursors: this.rooms.cursors(),
            revocationSeq: this.saved_?.revocationSeq ?? 0,
        }
    }

    welcomed(welcome: Welcome): void {
        if (this.accountId_ !== null && this.accountId_ !== welcome.accountId) {
            this.switchAccount_(welcome.accountId)
            return
        }
        if (this.accountId_ === null) void this.openAccount_(welcome.accountId)
        const epoch = this.saved_?.epoch ?? welcome.epoch
        this.saved_ = {
            accountId: welcome.accountId,
            displayName: welcome.displayName,
            epoch: welcome.epoch,
            revocationSeq: epoch === welcome.epoch ? (this.saved_?.revocationSeq ?? 0) : 0,
        }
        this.me = {
            accountId: welcome.accountId,
            displayName: welcome.displayName,
            level: welcome.level,
            grants: welcome.grants,
        }
        this.minBuild = welcome.minBuild
        this.clockOffsetMs = welcome.serverTime - this.parts_.clock.now()
        this.welcome_ = welcome
        this.signals.me.emit()
        this.askForAlerts_()
        this.rooms.welcomed(welcome, epoch === welcome.epoch)
        this.keeper_.setMe(this.saved_)
        this.receipts_.connected()
        this.outbox.pump()
    }

    event(frame: Frame): void {
        this.events_(frame)
    }

    ponged(pong: Pong): void {
        this.clockOffsetMs = pong.serverTime - this.parts_.clock.now()
        for (const head of pong.heads) this.rooms.headIs(head.roomId, head.headSeq)
        /* What concerns us of everything up to there was said before. */
        this.revokedUpTo_(pong.revocationSeq)
    }

    pingRooms(): number[] {
        return [...this.rooms.feeds.keys()].slice(0, 64)
    }

    stateChanged(state: LinkState): void {
        if (state.name === "refused") {
            const { reason } = state
            const isEnded =
                reason === RefusedReason.accountDisabled || reason === RefusedReason.loggedOut
            if (isEnded) void this.wipe_(TABLES)
            /* Perhaps only too old a login: what she wrote herself waits for her. */
            else if (reason === RefusedReason.unauthenticated) void this.wipe_(OTHERS_TABLES)
        }
        this.signals.state.emit(state)
    }

    lost(): void {
        this.welcome_ = null
        this.isListed_ = false
        this.rooms.lost()
        this.outbox.connectionLost()
    }

    closing(closing: Closing): void {
        if (closing.reason === CloseReason.roleRevoked) void this.wipe_(OTHERS_TABLES)
    }

    private checkLive_(): void {
        const welcome = this.welcome_
        if (welcome === null || !this.isListed_ || this.state.name !== "open") return
        this.revokedUpTo_(welcome.revocationSeq)
        this.connection.becomeLive()
        /* The owner may have listened and gone on: look at the rooms again. */
        this.outbox.pump()
    }

    private askForAlerts_(): void {
        this.alerts.listAsked()
        const welcome = this.welcome_
        this.connection.request("alert_list", { includeEnded: true }, (outcome) => {
            if (welcome !== this.welcome_) return
            this.isListed_ = true
            if (outcome.ok) {
                this.alerts.applyList(outcome.body)
                this.receipts_.markOn(this.alerts)
                this.confirmDelivered_()
                this.signals.alerts.emit()
            }
            this.rooms.checkCaughtUp()
        })
    }

    private confirmDelivered_(): void {
        for (const alert of this.alerts.alerts.values())
            if ((alert.myStage ?? 0) === ReceiptStage.queued)
                this.receipt({ alertId: alert.alertId }, ReceiptStage.delivered)
        for (const notice of this.alerts.notices.values())
            if ((notice.myStage ?? 0) === ReceiptStage.queued)
                this.receipt({ noticeId: notice.noticeId }, ReceiptStage.delivered)
    }

    private onRevoked_(revocations: readonly Revocation[], headSeq: number): void {
        for (const revocation of revocations) {
            this.rooms.revoke(revocation)
            if (revocation.kind === RevokedKind.notice && revocation.noticeId !== undefined)
                this.alerts.removeNotice(revocation.noticeId)
        }
        this.signals.revoked.emit(revocations)
        const last = revocations[revocations.length - 1]?.revocationSeq ?? headSeq
        this.revokedUpTo_(last)
        /* Confirmed when it is gone from the device too. */
        void this.keeper_.flush().then(() => {
            this.connection.request("revoked_ack", { revocationSeq: last }, () => undefined)
        })
    }

    private revokedUpTo_(seq: number): void {
        const saved = this.saved_
        if (saved === null || saved.revocationSeq >= seq) return
        this.saved_ = { ...saved, revocationSeq: seq }
        this.keeper_.setMe(this.saved_)
    }

    /** Our own message is in its room: the outbox need not show it any more. */
    private settle_(message: MessageView): void {
        if (message.clientKey !== undefined) this.outbox.settle(hex(message.clientKey))
        const sent = this.outbox.entries.find(
            (entry) =>
                entry.seq === message.seq &&
                entry.action.name === "message_post" &&
                entry.action.body.roomId === message.roomId,
        )
        if (sent !== undefined) this.outbox.settle(sent.key)
    }

    private onAnswered_(entry: OutboxEntry, outcome: Outcome<unknown>): void {
        if (outcome.ok && entry.seq !== undefined && entry.action.name === "message_post") {
            const { roomId } = entry.action.body
            if (this.rooms.feeds.get(roomId)?.get(entry.seq) !== undefined)
                this.outbox.settle(entry.key)
            else this.rooms.headIs(roomId, entry.seq)
        }
        this.signals.answered.emit({ entry, outcome })
    }

    /* Storage. */

    private async openAccount_(accountId: number): Promise<void> {
        this.accountId_ = accountId
        this.joinTabs_(accountId)
        const storage = await this.parts_.openStorage(accountId)
        if (this.accountId_ !== accountId) return
        this.storage_ = storage
        const [loaded] = await Promise.all([
            this.keeper_.open(storage), this.drafts.open(storage), this.receipts_.open(storage),
        ])
        /* Connected before the device had answered: what the server said is newer. */
        if (this.saved_ === null && loaded.me !== null && this.accountId_ === accountId) {
            this.saved_ = loaded.me
            this.rooms.load(loaded.feeds)
            for (const feed of loaded.feeds) this.signals.room.emit(feed.view.roomId)
            this.signals.me.emit()
        }
        await this.outbox.open(storage)
    }

    private switchAccount_(accountId: number): void {
        this.close_()
        void this.openAccount_(accountId).then(() => this.connection.restart())
    }

    private joinTabs_(accountId: number): void {
        this.tabs_ = this.parts_.tabs?.(accountId) ?? loneTab()
        this.leaveTabs_ = [
            this.tabs_.lead((leading) => this.outbox.setLeading(leading)),
            this.tabs_.onSay((word) => {
                if (word === "outbox") void this.outbox.reload()
                else {
                    this.connection.refuse(RefusedReason.loggedOut)
                    this.close_()
                }
            }),
        ]
    }

    private async wipe_(tables: readonly Table[]): Promise<void> {
        const storage = this.storage_
        await this.keeper_.flush()
        this.close_()
        await storage?.clear(tables).catch(() => undefined)
        storage?.close()
    }

    /** Forgets everything in memory; what is on the device stays. */
    private close_(): void {
        for (const leave of this.leaveTabs_) leave()
        this.leaveTabs_ = []
        this.tabs_ = loneTab()
        this.accountId_ = null
        this.storage_ = null
        this.saved_ = null
        this.welcome_ = null
        this.me = null
        this.drafts.close()
        this.outbox.close()
        this.receipts_.close()
        this.keeper_.close()
        this.rooms.clear()
        this.alerts.clear()
        this.signals.me.emit()
        this.signals.outbox.emit()
        this.signals.alerts.emit()
    }
}
