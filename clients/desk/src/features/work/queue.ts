/* The queue: what needs a hand next, and which of it one wants to see. */

import { WorkKind, WorkPart } from "@hall/wire"
import type { WorkUrgency, WorkView } from "@hall/wire"

/** By time left (those without a time last), then gravity, kind and number. */
export function byNeed(a: WorkView, b: WorkView): number {
    return (
        (a.nextDueAt ?? Number.MAX_SAFE_INTEGER) - (b.nextDueAt ?? Number.MAX_SAFE_INTEGER) ||
        a.urgency - b.urgency || a.workKind - b.workKind || a.entityId - b.entityId
    )
}

export interface QueueFilter {
    readonly kind: WorkKind | null
    readonly urgency: WorkUrgency | null
    readonly isMine: boolean
    readonly isOverdue: boolean
    readonly text: string
}

export const NO_FILTER: QueueFilter = {
    kind: null, urgency: null, isMine: false, isOverdue: false, text: "",
}

export function isMine(item: WorkView, ownId: number): boolean {
    return item.leadAccountId === ownId || item.myPart === WorkPart.assigned
}

/** `words` is what the row says, for the field above the list. */
export function fits(
    item: WorkView, filter: QueueFilter, me: { ownId: number; now: number; words: string },
): boolean {
    if (filter.kind !== null && item.workKind !== filter.kind) return false
    if (filter.urgency !== null && item.urgency !== filter.urgency) return false
    if (filter.isMine && !isMine(item, me.ownId)) return false
    if (filter.isOverdue && (item.nextDueAt ?? Number.MAX_SAFE_INTEGER) > me.now) return false
    const typed = filter.text.trim().toLowerCase()
    return typed === "" || me.words.toLowerCase().includes(typed)
}

/** One number for kind and object, to walk the list with. */
const KINDS = 8

export function rowKey(item: { readonly workKind: number; readonly entityId: number }): number {
    return item.entityId * KINDS + item.workKind
}

export function keyParts(key: number): { kind: number; id: number } {
    return { kind: key % KINDS, id: Math.floor(key / KINDS) }
}

const LETTERS: Readonly<Record<number, string>> = {
    [WorkKind.alert]: "a", [WorkKind.dispute]: "d", [WorkKind.personSearch]: "p",
}

/** An object's name in an address: d42. */
export function nameOfKey(key: number): string {
    const { kind, id } = keyParts(key)
    return `${LETTERS[kind] ?? "x"}${id}`
}

export function keyOfName(name: string): number | null {
    const [, letter, digits] = /^([adp])(\d+)$/.exec(name) ?? []
    const kind = Object.keys(LETTERS).map(Number).find((value) => LETTERS[value] === letter)
    const entityId = Number(digits)
    return kind === undefined || !Number.isSafeInteger(entityId) || entityId <= 0
        ? null
        : rowKey({ workKind: kind, entityId })
}
