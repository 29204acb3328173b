/* Words about rooms and messages that depend on what they are. */

import { clockTime, t } from "@hall/ui"
import type { WordKey } from "@hall/ui"
import { Badge, MessageKind, MessageState, RoomKind } from "@hall/wire"
import type { MessageView, RoomView } from "@hall/wire"
import { voicesOf } from "../voice/media_kinds.ts"

const BADGE_WORDS: Readonly<Record<number, WordKey>> = {
    [Badge.officer]: "badge.officer",
    [Badge.auxiliary]: "badge.auxiliary",
    [Badge.cadre]: "badge.cadre",
    [Badge.dispatcher]: "badge.dispatcher",
    [Badge.stationLeader]: "badge.station_leader",
    [Badge.gridWorker]: "badge.grid_worker",
    [Badge.unitLeader]: "badge.unit_leader",
    [Badge.volunteer]: "badge.volunteer",
    [Badge.system]: "badge.system",
}

export function badgeName(badge: Badge): string | null {
    const word = BADGE_WORDS[badge]
    return word === undefined ? null : t(word as "badge.officer")
}

const POLICE: ReadonlySet<number> = new Set([
    Badge.officer, Badge.stationLeader, Badge.auxiliary, Badge.dispatcher,
])

export function isPolice(badge: Badge): boolean {
    return POLICE.has(badge)
}

/** Who reads what is written here. */
export function audienceName(view: RoomView): string {
    switch (view.kind) {
        case RoomKind.hall:
        case RoomKind.noticeChannel:
            return t("room.audience.hall")
        case RoomKind.gridRoom:
        case RoomKind.buildingRoom:
            return t("room.audience.part")
        case RoomKind.councilRoom:
            return t("room.audience.council")
        default:
            return t("room.audience.staff")
    }
}

/** What stands where a message was. */
export function goneText(message: MessageView, isOwn: boolean): string | null {
    switch (message.state) {
        case MessageState.visible:
            return null
        case MessageState.recalled:
            return isOwn
                ? t("message.recalledOwn")
                : t("message.recalled", { name: message.senderName })
        case MessageState.hidden:
            if (message.kind === MessageKind.personCard && message.publicReason !== undefined)
                return message.publicReason
            return message.publicReason === undefined || message.publicReason === ""
                ? t("message.hidden")
                : t("message.hiddenWhy", { reason: message.publicReason })
        default:
            return t("message.purged")
    }
}

export function photoAlt(message: MessageView, alt: string | undefined): string {
    if (alt !== undefined) return alt
    return t("message.photo", { name: message.senderName, time: clockTime(message.sentAt) })
}

/** A message in one line, for quotes. */
export function shortText(message: MessageView): string {
    const gone = goneText(message, false)
    if (gone !== null) return gone
    if (message.body !== undefined && message.body !== "") return message.body.slice(0, 80)
    const [voice] = voicesOf(message.media)
    return voice === undefined
        ? t("room.addPhoto")
        : t("room.voiceOf", { seconds: Math.max(1, Math.round(voice.durationMs / 1000)) })
}

/** Links of residents are not clickable; they carry a word of warning. */
export function hasLink(text: string): boolean {
    return /https?:\/\/|www\.\w/i.test(text)
}
