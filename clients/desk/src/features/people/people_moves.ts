/* What can be done with a person whose file is open; whether this one may is the server's answer. */

import type { Link } from "@hall/link"
import { t } from "@hall/ui"
import type { AccountFile, AccountHallView } from "@hall/wire"
import { lengthText } from "../../app/left_text.ts"
import type { Choice, Field, Move } from "../../moves/move.ts"
import { units } from "./buildings.ts"

const MINUTES = [10, 60, 480, 1440]
const MINUTE_MS = 60_000

function hallChoice(halls: readonly AccountHallView[]): Field {
    const choices: Choice[] = halls.map(({ roomId, name }) => ({ value: roomId, name }))
    const [only] = choices
    return {
        name: "roomId", label: t("people.hall"), kind: "choice", isNeeded: true, choices,
        ...(choices.length === 1 && only !== undefined ? { start: only.value } : {}),
    }
}

function muteReason(): Field {
    return {
        name: "reason", label: t("move.reason"), kind: "line", isNeeded: true, max: 200,
        hint: t("people.muteHint"),
    }
}

export function peopleMoves(link: Link, file: AccountFile, now: number): Move[] {
    const { accountId, halls, communityId } = file
    if (link.me?.accountId === accountId) return []
    const isMuted = ({ mutedUntil }: AccountHallView): boolean => (mutedUntil ?? 0) > now
    const open = halls.filter((hall) => !isMuted(hall))
    const muted = halls.filter(isMuted)
    const moves: Move[] = []
    if (open.length > 0)
        moves.push({
            name: "mute", title: t("people.mute"), key: "KeyT", isDanger: true,
            fields: [
                hallChoice(open),
                { name: "minutes", label: t("people.howLong"), kind: "choice", isNeeded: true,
                  choices: MINUTES.map((value) => ({
                      value, name: value < 60 ? t("left.minutes", { count: value })
                          : lengthText(value * MINUTE_MS),
                  })) },
                muteReason(),
            ],
            send: (f) => link.call("member_mute", {
                roomId: f.number("roomId"), accountId, minutes: f.number("minutes"),
                reason: f.text("reason"),
            }),
        })
    if (muted.length > 0)
        moves.push({
            name: "unmute", title: t("people.unmute"), fields: [hallChoice(muted), muteReason()],
            send: (f) => link.call("member_mute", {
                roomId: f.number("roomId"), accountId, minutes: 0, reason: f.text("reason"),
            }),
        })
    if (communityId !== undefined)
        moves.push({
            name: "verify", title: t("people.verify"), key: "KeyE", hint: t("people.verifyHint"),
            fields: [
                { name: "unitId", label: t("people.unit"), kind: "find", isNeeded: true,
                  finder: units(link, communityId, t("people.byBuilding")) },
                { name: "door", label: t("people.door"), kind: "line", isNeeded: true, max: 40 },
            ],
            send: (f) => link.call("address_verify", {
                accountId, unitId: f.number("unitId"), door: f.text("door"),
            }),
        })
    return moves
}
