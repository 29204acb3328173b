/*
 * alerts: the orders, own messages and notices this person may see, newest version
 * of each. Never written to the device.
 */

import { AlertState, NoticeState } from "@hall/wire"
import type { AlertPage, AlertView, NoticeView } from "@hall/wire"

const ENDED: ReadonlySet<number> = new Set([
    AlertState.closed, AlertState.cancelled, AlertState.expired,
])

export function isAlertOpen(alert: AlertView): boolean {
    return !ENDED.has(alert.state)
}

export function isNoticeCurrent(notice: NoticeView): boolean {
    return notice.state === NoticeState.published || notice.state === NoticeState.updated
}

export class Alerts {
    readonly alerts = new Map<number, AlertView>()
    readonly notices = new Map<number, NoticeView>()
    /** Grows with every change. */
    version = 0
    /** Pushed since the list was asked for: the list may be older than they are. */
    private pushed_ = new Set<string>()

    /** Answers whether it is news. */
    applyAlert(alert: AlertView): boolean {
        this.pushed_.add(`a${alert.alertId}`)
        const known = this.alerts.get(alert.alertId)
        if (known !== undefined && known.stateVersion > alert.stateVersion) return false
        const merged =
            known?.myStage === undefined || (alert.myStage ?? 0) >= known.myStage
                ? alert
                : { ...alert, myStage: known.myStage }
        this.alerts.set(alert.alertId, merged)
        this.version += 1
        return known === undefined || known.stateVersion < alert.stateVersion
    }

    applyNotice(notice: NoticeView): boolean {
        this.pushed_.add(`n${notice.noticeId}`)
        const known = this.notices.get(notice.noticeId)
        if (known !== undefined && known.noticeVersion > notice.noticeVersion) return false
        const isNews = known === undefined || known.noticeVersion < notice.noticeVersion
        /* A new version has to be seen again. */
        const stage =
            isNews || (notice.myStage ?? 0) > (known.myStage ?? 0) ? notice.myStage : known.myStage
        this.notices.set(
            notice.noticeId,
            stage === undefined ? notice : { ...notice, myStage: stage },
        )
        this.version += 1
        return isNews
    }

    listAsked(): void {
        this.pushed_.clear()
    }

    /** The whole list; what is not in it and was not pushed meanwhile is gone. */
    applyList(page: AlertPage): void {
        const pushed = new Set(this.pushed_)
        const alertIds = new Set(page.alerts.map((alert) => alert.alertId))
        const noticeIds = new Set(page.notices.map((notice) => notice.noticeId))
        for (const id of [...this.alerts.keys()])
            if (!alertIds.has(id) && !pushed.has(`a${id}`)) this.alerts.delete(id)
        for (const id of [...this.notices.keys()])
            if (!noticeIds.has(id) && !pushed.has(`n${id}`)) this.notices.delete(id)
        for (const alert of page.alerts) this.applyAlert(alert)
        for (const notice of page.notices) this.applyNotice(notice)
        this.version += 1
    }

    /** Remembers how far this person is with one of them. */
    markAlert(alertId: number, stage: NonNullable<AlertView["myStage"]>): void {
        const alert = this.alerts.get(alertId)
        if (alert === undefined || (alert.myStage ?? 0) >= stage) return
        this.alerts.set(alertId, { ...alert, myStage: stage })
        this.version += 1
    }

    markNotice(noticeId: number, stage: NonNullable<NoticeView["myStage"]>): void {
        const notice = this.notices.get(noticeId)
        if (notice === undefined || (notice.myStage ?? 0) >= stage) return
        this.notices.set(noticeId, { ...notice, myStage: stage })
        this.version += 1
    }

    removeNotice(noticeId: number): void {
        if (this.notices.delete(noticeId)) this.version += 1
    }

    clear(): void {
        this.alerts.clear()
        this.notices.clear()
        this.pushed_.clear()
        this.version += 1
    }
}
