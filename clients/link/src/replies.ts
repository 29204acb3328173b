/* Which reply belongs to which request, and how a request can end. */

import type {
    AccountAccessPage, AccountDeviceList, AccountExportPage, AccountFile, AccountFound, AlertPage,
    AlertReachCounts, AuditPage, AuditState, Bodies, DisputeAlikePage,
    DisputeAssignablePage, DisputeFile, DisputePage, DisputeProposed, DisputeSubmitted, Done,
    ErrorCode, MessagePage, MessagePosted, OpName, PersonFile, PersonPage, PersonReachCounts,
    PersonReported, PersonSighted, PlacePage, Pong, RoomResumed, SearchPage, Welcome, WorkPage,
} from "@hall/wire"

interface OwnReplies {
    hello: Welcome
    ping: Pong
    room_resume: RoomResumed
    message_post: MessagePosted
    message_history: MessagePage
    message_search: SearchPage
    account_devices: AccountDeviceList
    account_access_log: AccountAccessPage
    account_find: AccountFound
    account_read: AccountFile
    audit_list: AuditPage
    audit_verify: AuditState
    account_export: AccountExportPage
    alert_list: AlertPage
    alert_reach: AlertReachCounts
    dispute_read: DisputeFile
    dispute_lower: DisputeProposed
    dispute_assignable: DisputeAssignablePage
    dispute_alike: DisputeAlikePage
    person_read: PersonFile
    person_reach: PersonReachCounts
    work_list: WorkPage
    dispute_submit: DisputeSubmitted
    dispute_mine: DisputePage
    person_report: PersonReported
    person_sighting: PersonSighted
    person_list: PersonPage
    place_list: PlacePage
}

export type RequestName = Extract<
    OpName,
    | keyof OwnReplies
    | "room_read" | "message_recall" | "message_hide" | "revoked_ack" | "member_mute"
    | "account_rename" | "account_logout" | "address_verify"
    | "alert_ack" | "alert_unclaim" | "alert_cancel" | "alert_answer" | "alert_receipts"
    | "dispute_reject" | "dispute_refer" | "dispute_classify" | "dispute_accept" | "dispute_assign"
    | "dispute_start" | "dispute_pause" | "dispute_resume" | "dispute_settle_on_scene"
    | "dispute_unsettle" | "dispute_track" | "dispute_reopen" | "dispute_raise" | "dispute_approve"
    | "dispute_note" | "dispute_merge"
    | "person_activate" | "person_reject" | "person_resume" | "person_located" | "person_reunited"
    | "person_not_same" | "person_close" | "person_cancel" | "person_widen" | "person_sighting_mark"
    | "work_watch"
    | "dispute_add" | "dispute_withdraw" | "person_object"
>

export type ReplyOf<K extends RequestName> = K extends keyof OwnReplies ? OwnReplies[K] : Done

/** Why a request was not done. `lost`: nobody knows whether it was; ask again. */
export type LinkError =
    | { readonly kind: "lost" }
    | {
          readonly kind: "refused"
          readonly code: ErrorCode
          readonly field?: string
          readonly detail?: string
          readonly retryAfterMs?: number
      }

export type Outcome<T> =
    | { readonly ok: true; readonly body: T }
    | { readonly ok: false; readonly error: LinkError }

export const LOST: LinkError = { kind: "lost" }

export type Body<K extends OpName> = Bodies[K]
