/* One row per event of the server; the compiler says which are missing. */

import { ReceiptStage } from "@hall/wire"
import type { Bodies, Frame, Revocation } from "@hall/wire"
import type { Alerts } from "./alerts.ts"
import type { LinkSignals } from "./link_signals.ts"
import type { Receipts } from "./receipts.ts"
import type { Rooms } from "./rooms.ts"

type EventName =
    | "session_changed" | "room_backlog" | "room_read_moved" | "message_added" | "revoked"
    | "member_muted" | "alert_pushed" | "notice_pushed" | "dispute_pushed" | "person_pushed"
    | "person_sighting_pushed" | "work_changed" | "work_reset"

export interface EventParts {
    readonly rooms: Rooms
    readonly alerts: Alerts
    readonly receipts: Receipts
    readonly signals: LinkSignals
    readonly revoked: (revocations: readonly Revocation[], headSeq: number) => void
}

export type EventSink = (frame: Frame) => void

type Handlers = { readonly [K in EventName]: (body: Bodies[K]) => void }

function isEvent(name: Frame["name"], handlers: Handlers): name is EventName {
    return Object.prototype.hasOwnProperty.call(handlers, name)
}

export function eventTable({ rooms, alerts, receipts, signals, revoked }: EventParts): EventSink {
    const handlers: Handlers = {
        session_changed: (event) => {
            rooms.viewsChanged(event.rooms)
            signals.me.emit()
        },
        room_backlog: (event) => rooms.backlog(event),
        room_read_moved: (event) => rooms.readTo(event.roomId, event.seq),
        message_added: (event) => rooms.added(event.message),
        revoked: (event) => revoked(event.revocations, event.headSeq),
        member_muted: (event) => {
            rooms.muted(event.roomId, event.until)
            signals.muted.emit(event)
        },
        alert_pushed: ({ alert }) => {
            const isNews = alerts.applyAlert(alert)
            receipts.alert(alert.alertId, ReceiptStage.delivered)
            receipts.markOn(alerts)
            signals.urgent.emit({ kind: "alert", alert, isNews })
            signals.alerts.emit()
        },
        notice_pushed: ({ notice }) => {
            const isNews = alerts.applyNotice(notice)
            receipts.notice(notice.noticeId, ReceiptStage.delivered)
            /* What was said of an earlier version does not count for a new one. */
            if (!isNews || notice.noticeVersion === 1) receipts.markOn(alerts)
            signals.urgent.emit({ kind: "notice", notice, isNews })
            signals.alerts.emit()
        },
        dispute_pushed: ({ dispute }) => signals.dispute.emit(dispute),
        person_pushed: ({ person }) => signals.person.emit(person),
        person_sighting_pushed: ({ sighting }) => signals.sighting.emit(sighting),
        work_changed: (event) => signals.work.emit(event),
        work_reset: () => signals.work.emit(null),
    }
    return (frame) => {
        if (!isEvent(frame.name, handlers)) return
        const handle = handlers[frame.name] as (body: Frame["body"]) => void
        handle(frame.body)
    }
}
