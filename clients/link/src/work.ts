/*
 * work: what waits for whom, as the server tells it.
 * Watched first, then listed, so that nothing falls in between; of two versions of an
 * item the later one holds. Never written to the device. Asked anew on every connection.
 */

import type { WorkChanged, WorkView } from "@hall/wire"
import type { Link } from "./link.ts"

/** More than this nobody reads; the server orders them by what needs a hand next. */
export const WORK_MAX = 1000
const PAGE = 50

export function workKey(item: { readonly workKind: number; readonly entityId: number }): string {
    return `${item.workKind} ${item.entityId}`
}

export class Work {
    readonly items = new Map<string, WorkView>()
    /** Whether the list is whole, was refused, or is still on its way. */
    state: "idle" | "listing" | "listed" | "failed" = "idle"
    /** There are more than we hold. */
    isCut = false
    private readonly link_: Link
    private readonly changed_: () => void
    /** Changed or ended since the listing began: the pages may be older than that. */
    private touched_ = new Set<string>()
    private run_ = 0

    constructor(link: Link, changed: () => void) {
        this.link_ = link
        this.changed_ = changed
        link.signals.work.on((change) => {
            if (change === null) void this.list()
            else this.apply(change)
        })
        link.signals.state.on((state) => {
            if (state.name === "live") void this.watch_()
        })
        link.signals.me.on(() => {
            if (link.me === null) this.clear_()
        })
        if (link.state.name === "live") void this.watch_()
    }

    apply(change: WorkChanged): void {
        const key = workKey(change)
        this.touched_.add(key)
        const known = this.items.get(key)
        if (change.item === undefined) this.items.delete(key)
        else if (known === undefined || known.updatedAt <= change.item.updatedAt)
            this.items.set(key, change.item)
        this.changed_()
    }

    async list(): Promise<void> {
        const run = ++this.run_
        const listed = new Set<string>()
        let cursor: string | undefined
        this.touched_ = new Set()
        this.state = "listing"
        this.changed_()
        do {
            const outcome = await this.link_.call("work_list", {
                limit: PAGE, ...(cursor === undefined ? {} : { cursor }),
            })
            if (run !== this.run_) return
            if (!outcome.ok) {
                this.state = "failed"
                this.changed_()
                return
            }
            for (const item of outcome.body.items) {
                const key = workKey(item)
                listed.add(key)
                if (!this.touched_.has(key)) this.items.set(key, item)
            }
            cursor = outcome.body.nextCursor
        } while (cursor !== undefined && listed.size < WORK_MAX)
        this.isCut = cursor !== undefined
        for (const key of [...this.items.keys()])
            if (!listed.has(key) && !this.touched_.has(key)) this.items.delete(key)
        this.state = "listed"
        this.changed_()
    }

    private async watch_(): Promise<void> {
        const run = ++this.run_
        const outcome = await this.link_.call("work_watch", {})
        if (run !== this.run_) return
        if (outcome.ok) await this.list()
        else {
            this.state = "failed"
            this.changed_()
        }
    }

    private clear_(): void {
        this.run_ += 1
        this.items.clear()
        this.touched_.clear()
        this.state = "idle"
        this.changed_()
    }
}
