/*
 * Alerts as this person meets them: her own message, orders to carry out, notices.
 * What was seen is reported as displayed.
 */

import { isAlertOpen, isNoticeCurrent } from "@hall/link"
import { AlertAudience, AlertState, ReceiptStage } from "@hall/wire"
import type { AlertView, NoticeView, TargetAnswer } from "@hall/wire"
import { defineStore } from "pinia"
import { computed, shallowRef } from "vue"
import { errorText } from "../app/error_text.ts"
import { useSession } from "../app/session.store.ts"
import { useToasts } from "../app/toast.store.ts"

const TAKEN_STATES: ReadonlySet<number> = new Set([AlertState.received, AlertState.dispatched])

export const useAlerts = defineStore("alerts", () => {
    const session = useSession()
    const toasts = useToasts()
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

    session.link.signals.answered.on(({ entry, outcome }) => {
        const { action } = entry
        if (!action.name.startsWith("alert_") || !("alertId" in action.body)) return
        const { alertId } = action.body
        busy.value = new Set([...busy.value].filter((id) => id !== alertId))
        if (!outcome.ok) toasts.show(errorText(outcome.error))
    })

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

    /** The person herself says how it is with her; goes out as soon as there is a network. */
    function answer(alert: AlertView, word: TargetAnswer): void {
        session.link.act({
            name: "alert_answer", body: { alertId: alert.alertId, answer: word },
        })
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
        orders, openOrders, targets, target, current, busy, isMine, take, act, answer, displayed,
        acknowledge, notice,
    }
})

export function idOf(subject: AlertView | NoticeView): { alertId: number } | { noticeId: number } {
    return "alertId" in subject ? { alertId: subject.alertId } : { noticeId: subject.noticeId }
}
