/* What the link tells its page. */

import type {
    AlertView, DisputeView, MemberMuted, MessageView, NoticeView, PersonView, Revocation, SightingView,
    WorkChanged,
} from "@hall/wire"
import type { LinkState } from "./link_state.ts"
import type { OutboxEntry } from "./outbox_entry.ts"
import type { Outcome } from "./replies.ts"
import { createSignal } from "./signal.ts"
import type { Signal } from "./signal.ts"

export type Urgent =
    | { readonly kind: "alert"; readonly alert: AlertView; readonly isNews: boolean }
    | { readonly kind: "notice"; readonly notice: NoticeView; readonly isNews: boolean }

export interface LinkSignals {
    readonly state: Signal<LinkState>
    /** Who we are, or which rooms there are, changed. */
    readonly me: Signal<void>
    readonly room: Signal<number>
    readonly outbox: Signal<void>
    readonly alerts: Signal<void>
    readonly urgent: Signal<Urgent>
    /** A message came in live and is shown for the first time. */
    readonly arrived: Signal<MessageView>
    readonly revoked: Signal<readonly Revocation[]>
    readonly muted: Signal<MemberMuted>
    readonly dispute: Signal<DisputeView>
    readonly person: Signal<PersonView>
    readonly sighting: Signal<SightingView>
    /** What waits for whom; null: everything has to be asked for again. */
    readonly work: Signal<WorkChanged | null>
    readonly answered: Signal<{ readonly entry: OutboxEntry; readonly outcome: Outcome<unknown> }>
}

export function createLinkSignals(): LinkSignals {
    return {
        state: createSignal(), me: createSignal(), room: createSignal(), outbox: createSignal(),
        alerts: createSignal(), urgent: createSignal(), arrived: createSignal(),
        revoked: createSignal(), muted: createSignal(), dispute: createSignal(),
        person: createSignal(), sighting: createSignal(), work: createSignal(),
        answered: createSignal(),
    }
}
