/*
 * Alerts as this person meets them: her own message, orders to carry out, notices.
 * What is new sounds once; what was seen is reported as displayed.
 */

import { isAlertOpen, isNoticeCurrent } from "@hall/link"
import type { Urgent } from "@hall/link"
import { AlertAudience, AlertLevel, AlertState, ReceiptStage } from "@hall/wire"
import type { AlertView, NoticeView } from "@hall/wire"
import { defineStore } from "pinia"
import { loadMoreWords, t } from "@hall/ui"
import { computed, shallowRef } from "vue"
import { errorText } from "../../app/error_text.ts"
import { useSession } from "../../app/session.store.ts"
import { useToasts } from "../../app/toast.store.ts"
import { soundOnce } from "./sound.ts"

const TAKEN_STATES: ReadonlySet<number> = new Set([AlertState.received, AlertState.dispatched])

const FRESH_MS = 120_000
/** What this page has already made a sound for, over reloads. */
const HEARD = "hall.heard"

export const useAlerts = defineStore("alerts", () => {
    const session = useSession()
    const toasts = useToasts()
    const heard = new Set(JSON.parse(sessionStorage.getItem(HEARD) ?? "[]") as string[])
    /** Orders whose answer we wait for. */
    const busy = shallowRef<ReadonlySet<number>>(new Set())

    const orders = computed(() =>
        session.alerts.filter((alert) => alert.audience !== AlertAudience.target),
    )
    const openOrders = computed(() =>
        orders.value.filter(
            (alert) => TAKEN_STATES.has(alert.state) || isMine(alert) && isAlertOpen(alert),
        ),
    )
    const targets = computed(() =>
        session.alerts.filter((alert) => alert.audience === AlertAudience.target),
    )
    /** The message that fills the screen until it is answered. */
    const target = computed(
        () =>
            targets.value.find(
                (alert) =>
                    isAlertOpen(alert) && (alert.myStage ?? 0) < ReceiptStage.acknowledged,
            ) ?? null,
    )
    const current = computed(() => session.notices.filter(isNoticeCurrent))
    /** Near and dangerous: on top of every page until it was read. */
    const top = computed(
        () =>
            current.value.find(
                (notice) =>
                    notice.level <= AlertLevel.high &&
                    (notice.myStage ?? 0) < ReceiptStage.acknowledged,
            ) ?? null,
    )

    session.link.signals.urgent.on((urgent) => {
        if (!urgent.isNews || !isUnheard(urgent)) return
        if (urgent.kind === "notice") {
            if (isNoticeCurrent(urgent.notice) && urgent.notice.level <= AlertLevel.high) soundOnce()
        } else if (isAlertOpen(urgent.alert) && urgent.alert.claimedBy === undefined) {
            soundOnce()
            if (urgent.alert.audience !== AlertAudience.target) void tellOrder(urgent.alert)
        }
    })
    session.link.signals.answered.on(({ entry, outcome }) => {
        const { action } = entry
        if (!action.name.startsWith("alert_") || !("alertId" in action.body)) return
        const { alertId } = action.body
        busy.value = new Set([...busy.value].filter((id) => id !== alertId))
        if (!outcome.ok) toasts.show(errorText(outcome.error))
    })

    /**
     * On every connection the server says again what is in force: only what is new in
     * this browser, or has just come, is heard.
     */
    function isUnheard(urgent: Urgent): boolean {
        const subject = urgent.kind === "alert" ? urgent.alert : urgent.notice
        const since = "alertId" in subject ? subject.createdAt : subject.publishedAt
        if (session.state.name !== "live" && session.link.serverNow() - since > FRESH_MS) return false
        const name = `${urgent.kind} ${JSON.stringify(idOf(subject))}`
        if (heard.has(name)) return false
        heard.add(name)
        sessionStorage.setItem(HEARD, JSON.stringify([...heard]))
        return true
    }

    async function tellOrder(alert: AlertView): Promise<void> {
        const [{ scamName }] = await Promise.all([import("./levels.ts"), loadMoreWords()])
        toasts.show(t("work.newOrder", { scam: scamName(alert.scamType) }))
    }

    function isMine(alert: AlertView): boolean {
        return alert.claimedBy !== undefined && alert.claimedBy === session.me?.accountId
    }

    function act(name: "alert_unclaim" | "alert_cancel", alert: AlertView, reason: string): void {
        busy.value = new Set([...busy.value, alert.alertId])
        const body = { alertId: alert.alertId, expectedVersion: alert.stateVersion, reason }
        session.link.act({ name, body })
    }

    function take(alert: AlertView): void {
        busy.value = new Set([...busy.value, alert.alertId])
        session.link.act({
            name: "alert_ack",
            body: { alertId: alert.alertId, expectedVersion: alert.stateVersion },
        })
        session.link.receipt({ alertId: alert.alertId }, ReceiptStage.displayed)
    }

    function displayed(subject: AlertView | NoticeView): void {
        if ((subject.myStage ?? 0) >= ReceiptStage.displayed) return
        session.link.receipt(idOf(subject), ReceiptStage.displayed)
    }

    function acknowledge(subject: AlertView | NoticeView): void {
        session.link.receipt(idOf(subject), ReceiptStage.acknowledged)
    }

    function notice(noticeId: number): NoticeView | undefined {
        return session.notices.find((item) => item.noticeId === noticeId)
    }

    return {
        orders, openOrders, targets, target, current, top, busy, isMine, take, act, displayed,
        acknowledge, notice,
    }
})

function idOf(subject: AlertView | NoticeView): { alertId: number } | { noticeId: number } {
    return "alertId" in subject ? { alertId: subject.alertId } : { noticeId: subject.noticeId }
}
