/* The words only the desk has. */

export const zhHansDesk = {} as const

export type DeskSource = typeof zhHansDesk
