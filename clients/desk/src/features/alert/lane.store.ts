/* The red lane: what stands in it rings, is told to the system, and can be taken from anywhere. */

import { t } from "@hall/ui"
import { useAlerts } from "@hall/view/alert/alert.store.ts"
import { createHeard } from "@hall/view/alert/heard.ts"
import { colourName, scamName } from "@hall/view/alert/levels.ts"
import { useSession } from "@hall/view/app/session.store.ts"
import { AlertLevel } from "@hall/wire"
import type { AlertView } from "@hall/wire"
import { defineStore } from "pinia"
import { computed, watch } from "vue"
import { useDuty } from "../../app/duty.store.ts"
import { placeText, titleText, urgencyText } from "../work/work_names.ts"
import { useWork } from "../work/work.store.ts"
import { isWaiting, laneOf, ringKey, uncheckedOf } from "./lane.ts"
import { areaOf } from "./place.ts"

export const useLane = defineStore("lane", () => {
    const session = useSession()
    const alerts = useAlerts()
    const duty = useDuty()
    const isUnheard = createHeard(session)
    const lane = computed(() => laneOf(session.alerts))
    const waiting = computed(() => lane.value.waiting)
    const taken = computed(() => lane.value.taken)
    /** Every alert nobody has taken, of any level. */
    const open = computed(() => session.alerts.filter(isWaiting))
    const work = useWork()
    const unchecked = computed(() => uncheckedOf(work.items))
    /** Everything red that nobody has in hand. */
    const redCount = computed(() => waiting.value.length + unchecked.value.length)
    const shown = new Map<string, Notification>()
    const news = computed(() => [
        ...waiting.value.map((alert) => ({
            key: ringKey(alert), place: areaOf(alert),
            title: `${colourName(alert.level)} ${scamName(alert.scamType)}`,
        })),
        ...unchecked.value.map((item) => ({
            key: `p${item.entityId}`, place: placeText(item),
            title: `${urgencyText(item.urgency)} ${titleText(item)}`,
        })),
    ])

    watch(
        () => news.value.map(({ key }) => key),
        (keys) => {
            duty.waitsFor(keys)
            tell()
        },
        { immediate: true },
    )

    /* Yellow and blue ones are heard once. */
    session.link.signals.urgent.on((urgent) => {
        if (!isUnheard(urgent) || urgent.kind !== "alert") return
        if (urgent.alert.level > AlertLevel.critical && isWaiting(urgent.alert)) duty.chime()
    })

    /** Kind and area, never a person; it goes when somebody has taken it. */
    function tell(): void {
        const keys = new Set(news.value.map(({ key }) => key))
        for (const [key, notification] of shown)
            if (!keys.has(key)) {
                notification.close()
                shown.delete(key)
            }
        if (!("Notification" in window) || Notification.permission !== "granted") return
        for (const { key, title, place } of news.value) {
            if (shown.has(key)) continue
            const notification = new Notification(title, {
                body: place, tag: `hall ${key}`, requireInteraction: true,
                lang: document.documentElement.lang,
            })
            notification.onclick = () => window.focus()
            shown.set(key, notification)
        }
    }

    function mayTake(alert: AlertView): boolean {
        return alert.mayAck === true && !alerts.busy.has(alert.alertId)
    }

    /** The oldest red one this person may take, else the oldest of any level. */
    function takeFirst(): AlertView | null {
        const oldest = [...open.value].sort((a, b) => a.createdAt - b.createdAt)
        const alert = [...waiting.value, ...oldest].find(mayTake) ?? null
        if (alert !== null) alerts.take(alert)
        return alert
    }

    function claimText(alert: AlertView, time: (at: number) => string): string | null {
        const { claimedByName, claimedAt } = alert
        if (alerts.isMine(alert)) return t("work.taken")
        if (claimedByName === undefined || claimedAt === undefined) return null
        return t("work.takenBy", { name: claimedByName, time: time(claimedAt) })
    }

    return { waiting, taken, open, unchecked, redCount, mayTake, takeFirst, claimText }
})
