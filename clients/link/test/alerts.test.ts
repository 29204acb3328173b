/* Orders, own messages and notices: newest version, once, and how far they came. */

import {
    AlertAudience, AlertLevel, AlertState, NoticeState, ReceiptStage, ScamType,
} from "@hall/wire"
import type { AlertView, NoticeView } from "@hall/wire"
import { describe, expect, test } from "vitest"
import { isAlertOpen, isNoticeCurrent } from "../src/alerts.ts"
import type { Link } from "../src/link.ts"
import { play } from "./start_link.ts"
import type { Played } from "./start_link.ts"

function alert(change: Partial<AlertView> = {}): AlertView {
    return {
        alertId: 5, no: "F-1", state: AlertState.dispatched, stateVersion: 1,
        audience: AlertAudience.responders, level: AlertLevel.high,
        scamType: ScamType.impersonatedAuthority, createdAt: 1, expiresAt: 2, ...change,
    }
}

function notice(change: Partial<NoticeView> = {}): NoticeView {
    return {
        noticeId: 8, noticeVersion: 1, state: NoticeState.published, roomId: 1,
        scamType: ScamType.refund, level: AlertLevel.high, title: "t", body: "b", advice: "a",
        hotline: "96110", publishedAt: 1, expiresAt: 2, ...change,
    }
}

async function live(): Promise<Played & { link: Link; news: string[] }> {
    const played = play()
    played.peer.addRoom(1)
    const link = await played.page()
    const news: string[] = []
    link.signals.urgent.on((urgent) => {
        if (urgent.isNews) news.push(urgent.kind)
    })
    await played.clock.advance(1000)
    return { ...played, link, news }
}

function receipts(played: Played): unknown[] {
    return played.peer.socket.received.flatMap((f) =>
        f.name === "alert_receipts" ? f.body.items : [],
    )
}

describe("alerts", () => {
    test("are news once, and reported as delivered", async () => {
        const played = await live()
        played.peer.pushAlert(alert())
        played.peer.pushAlert(alert())
        played.peer.pushNotice(notice())
        await played.clock.advance(1000)
        expect(played.news).toEqual(["alert", "notice"])
        expect(receipts(played)).toEqual([
            { alertId: 5, stage: ReceiptStage.delivered },
            { noticeId: 8, stage: ReceiptStage.delivered },
        ])
    })

    test("an older version does not come back", async () => {
        const { link, peer, clock } = await live()
        peer.pushAlert(alert({ stateVersion: 3, state: AlertState.acknowledged }))
        peer.pushAlert(alert({ stateVersion: 2 }))
        peer.pushNotice(notice({ noticeVersion: 2, state: NoticeState.withdrawn }))
        peer.pushNotice(notice({ noticeVersion: 1 }))
        await clock.advance(100)
        const kept = link.alerts.alerts.get(5)
        expect(kept?.state).toBe(AlertState.acknowledged)
        const shown = link.alerts.notices.get(8)
        expect(shown !== undefined && isNoticeCurrent(shown)).toBe(false)
    })

    test("what ended while away is learnt from the list", async () => {
        const { link, peer, clock, environment } = await live()
        peer.pushAlert(alert())
        peer.pushNotice(notice())
        await clock.advance(100)
        environment.goOffline()
        peer.alerts.set(5, alert({ stateVersion: 2, state: AlertState.cancelled }))
        peer.notices.delete(8)
        environment.goOnline()
        await clock.advance(1000)
        const kept = link.alerts.alerts.get(5)
        expect(kept !== undefined && isAlertOpen(kept)).toBe(false)
        expect(link.alerts.notices.has(8)).toBe(false)
    })

    test("one pushed while the list was on its way is kept", async () => {
        const { link, peer, clock, environment } = await live()
        environment.goOffline()
        peer.intercept = (frame, socket) => {
            if (frame.name !== "alert_list") return false
            peer.pushAlert(alert())
            socket.push("alert_page", frame.seq, { alerts: [], notices: [] })
            return true
        }
        environment.goOnline()
        await clock.advance(1000)
        expect(link.alerts.alerts.has(5)).toBe(true)
    })

    test("stages move forward only, and are said again until confirmed", async () => {
        const played = await live()
        const { link, peer, clock, environment } = played
        peer.pushAlert(alert())
        await clock.advance(1000)
        peer.intercept = (frame) => frame.name === "alert_receipts"
        link.receipt({ alertId: 5 }, ReceiptStage.acknowledged)
        link.receipt({ alertId: 5 }, ReceiptStage.displayed)
        await clock.advance(1000)
        environment.goOffline()
        peer.intercept = null
        environment.goOnline()
        await clock.advance(1000)
        expect(receipts(played)).toEqual([{ alertId: 5, stage: ReceiptStage.acknowledged }])
        expect(link.alerts.alerts.get(5)?.myStage).toBe(ReceiptStage.acknowledged)
    })

    test("what was acknowledged just before a reload stays acknowledged", async () => {
        const { link, peer, clock, page } = await live()
        peer.pushNotice(notice())
        await clock.advance(1000)
        peer.intercept = (frame) => frame.name === "alert_receipts"
        link.receipt({ noticeId: 8 }, ReceiptStage.acknowledged)
        await clock.advance(10)
        link.connection.stop()
        const again = await page({ known: true })
        await clock.advance(1000)
        expect(again.alerts.notices.get(8)?.myStage).toBe(ReceiptStage.acknowledged)
    })

    test("acknowledged goes at once, displayed at the latest when the page is left", async () => {
        const played = await live()
        const { link, peer, clock, environment } = played
        peer.pushAlert(alert())
        peer.pushNotice(notice())
        await clock.advance(1000)
        const before = receipts(played).length
        link.receipt({ noticeId: 8 }, ReceiptStage.acknowledged)
        link.receipt({ alertId: 5 }, ReceiptStage.displayed)
        await clock.advance(10)
        const known = { noticeId: 8, stage: ReceiptStage.acknowledged }
        expect(receipts(played).slice(before)).toEqual([known])
        environment.leave()
        await clock.advance(10)
        expect(receipts(played).slice(before)).toEqual(
            [known, { alertId: 5, stage: ReceiptStage.displayed }])
    })

    test("the list says how far one is, also after the greeting said less", async () => {
        const { link, peer, clock, environment } = await live()
        environment.goOffline()
        peer.notices.set(8, notice({ myStage: ReceiptStage.acknowledged }))
        peer.intercept = (frame, socket) => {
            if (frame.name === "alert_list") socket.push("notice_pushed", 0, { notice: notice() })
            return false
        }
        environment.goOnline()
        await clock.advance(1000)
        expect(link.alerts.notices.get(8)?.myStage).toBe(ReceiptStage.acknowledged)
    })

    test("nothing of them is written to the device", async () => {
        const { peer, clock, device } = await live()
        peer.pushAlert(alert({ targetName: "王某某", situation: "秘密" }))
        await clock.advance(3000)
        const everything = JSON.stringify([...device].map(([, table]) => [...table]))
        expect(everything).not.toContain("王某某")
        expect(everything).not.toContain("秘密")
    })

    test("a new version of a notice has to be seen again", async () => {
        const { link, peer, clock } = await live()
        peer.pushNotice(notice())
        await clock.advance(10)
        link.receipt({ noticeId: 8 }, ReceiptStage.acknowledged)
        peer.pushNotice(notice({ noticeVersion: 2, state: NoticeState.updated }))
        await clock.advance(10)
        expect(link.alerts.notices.get(8)?.myStage).toBeUndefined()
    })
})
