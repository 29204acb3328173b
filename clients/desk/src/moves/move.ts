/*
 * move: one thing that can be done with an object that has states, as a row of a table:
 * its name, its fields, and how it is said to the server. One sheet fills them all in.
 */

import type { LinkError, Outcome } from "@hall/link"

export interface Choice {
    readonly value: number
    readonly name: string
    /** What helps to tell it from others. */
    readonly note?: string
    /** It cannot be chosen; the note says why. */
    readonly isOff?: boolean
}

/** Where the server knows what can be chosen; what is typed narrows it. */
export interface Finder {
    readonly label: string
    readonly find: (typed: string) => Promise<Outcome<{
        readonly choices: readonly Choice[]
        readonly more: boolean
    }>>
}

export interface Field {
    readonly name: string
    readonly label: string
    readonly kind: "line" | "text" | "check" | "choice" | "choices" | "number" | "answers"
        | "find" | "finds"
    readonly isNeeded?: boolean
    readonly max?: number
    readonly hint?: string
    readonly choices?: readonly Choice[]
    readonly finder?: Finder
    readonly start?: Value
}

export type Value = string | number | boolean | readonly number[]

/** What was filled in; answers are the questions answered yes. */
export class Filled {
    private readonly values_: Readonly<Record<string, Value | undefined>>

    constructor(values: Readonly<Record<string, Value | undefined>>) {
        this.values_ = values
    }

    text(name: string): string {
        const value = this.values_[name]
        return typeof value === "string" ? value.trim() : ""
    }

    /** For a field that is left out when it is empty. */
    textAs<N extends string>(name: N): { [K in N]?: string } {
        const text = this.text(name)
        return text === "" ? {} : ({ [name]: text } as { [K in N]: string })
    }

    number(name: string): number {
        const value = this.values_[name]
        return typeof value === "number" ? value : Number(value ?? 0) || 0
    }

    numberAs<N extends string>(name: N): { [K in N]?: number } {
        const value = this.values_[name]
        return value === undefined || value === "" ? {} : ({ [name]: this.number(name) } as { [K in N]: number })
    }

    check(name: string): boolean {
        return this.values_[name] === true
    }

    list(name: string): readonly number[] {
        const value = this.values_[name]
        return Array.isArray(value) ? (value as readonly number[]) : []
    }
}

export interface Move {
    readonly name: string
    readonly title: string
    readonly key?: string
    /** Who will see what is written, or what follows. */
    readonly hint?: string
    readonly isDanger?: boolean
    readonly isMain?: boolean
    readonly fields: readonly Field[]
    readonly send: (filled: Filled) => Promise<Outcome<unknown>>
}

/** How the object stands, who moved it last and when: for her who was too late. */
export interface Latest {
    readonly state: string
    readonly by: string | undefined
    readonly at: number | undefined
}

/** The needed fields that are still empty. */
export function missing(fields: readonly Field[], values: Readonly<Record<string, Value | undefined>>): string[] {
    return fields
        .filter((field) => {
            if (field.isNeeded !== true) return false
            const value = values[field.name]
            if (field.kind === "check") return value !== true
            if (Array.isArray(value)) return value.length === 0
            return value === undefined || String(value).trim() === ""
        })
        .map((field) => field.name)
}

/** Whether somebody was first. */
export function isConflict(error: LinkError, conflict: number): boolean {
    return error.kind === "refused" && error.code === conflict
}
